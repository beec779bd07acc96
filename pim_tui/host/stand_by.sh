# pim-tui stands at this terminal for a session of the host: that hears its signals and has a while to end of a
# hang-up; its exit code is that of this process. A session that breaks off leaves the terminal as it was.
#
# Descriptors: 3 has what the session says, a line each, and 4 is where it is told things; 5 is a handle of the
# terminal that never waits. Arguments: the terminal's modes, as stty takes them; seconds to end of a hang-up;
# the exit code of what broke off; whether the shell may stop this process, or nothing. More are for ps to show.
modes=$1 leaving=$2 broken=$3 is_job=$4

tell() {
    heard=yes
    echo "$1" >&4 2>/dev/null
}

# Tell that the session is to end. One that stands still is left to itself after a while.
leave() {
    tell "$1"
    [ "$timer" ] && return
    {
        exec </dev/null >/dev/null 2>&1 4>&- 5>&-
        trap '' HUP
        sleep "$leaving" &
        trap 'kill $!; exit' TERM
        wait $!
        kill -s USR1 "$listener"
    } &
    timer=$!
}

# Whether the shell has the terminal.
is_behind() {
    read -r stat <"/proc/$$/stat" || return 1
    set -- ${stat##*) }
    [ "$6" -gt 0 ] && [ "$3" != "$6" ]
}

# As the system stops whoever reads or writes behind a shell; not one that is to end.
stop_behind() {
    heard=yes
    while [ ! "$timer" ] && is_behind; do kill -s STOP $$; done
    tell CONT
}

# The session leaves the terminal alone: be a stopped job until the shell has it in front again.
stand_aside() {
    kill -s STOP $$
    stop_behind
}

# In the listener: this process gives up with it. One that was killed has left the terminal to somebody else.
break_off() {
    kill -s 0 $$ 2>/dev/null || exit
    stty "$modes" <&2 2>/dev/null
    printf '%bpim-tui: the session broke off. What you typed is offered to you.\r\n' "$way_back" >&5 2>/dev/null
    exit "$broken"
}

listen() {
    exec <&3 3<&- 4>&-
    trap '' HUP INT TERM TSTP
    trap break_off USR1
    while IFS= read -r said; do
        case $said in
        x*) exit "${said#x}" ;;
        g*) way_back=${said#g} ;;
        z) kill -s USR1 $$ ;;
        esac
    done
    break_off
}

trap '' PIPE
trap 'leave HUP' HUP
trap 'leave TERM' TERM
trap 'tell INT' INT
trap 'tell WINCH' WINCH
if [ "$is_job" ]; then
    trap 'tell TSTP' TSTP
    trap stand_aside USR1
else
    trap '' TSTP
    trap stop_behind CONT
fi
# Another process reads, for a shell that reads may miss a signal, and one that waits does not.
listen &
listener=$!
exec 3<&-
tell GO
# A code above 128 may be that of a signal that was heard; 127 is no code: it was told before.
while heard=; wait "$listener"; told=$?; [ "$told" = 127 ] || code=$told; [ "$heard" ] && [ "$told" != 127 ]; do :; done
[ "$timer" ] && kill "$timer" 2>/dev/null
# A listener that was killed has put nothing back.
[ "$code" = "$broken" ] && stty "$modes" <&2 2>/dev/null
exit "$code"
