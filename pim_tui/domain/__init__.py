"""The clinic's rules as pure functions: no clock, no database, no screen.

The rules have names, which code, tests and refusals point to.

Time
    T1   Intervals are half-open: 10:00-10:30 and 10:30-11:00 do not touch.
    T2   An appointment keeps its wall time, its zone and its instants; its length is elapsed, at least
         one whole minute.
    T3   A wall time that the clocks skip is refused, one that comes twice asks which.
    T4   Calendars step by date, never by 24 hours; "+7d" keeps the wall time.
    T5   Scheduled and Completed occupy time; Canceled frees it at once, Missed frees what is left.
    T6   Buffers belong to the occupied interval, and those of both neighbours count.
    T7   One check covers staff, room and customer; it says what is in the way, whose it is, and the
         nearest free times.
    T8   Check and write happen in one write transaction, on every change that occupies time.
    T9   Overbooking is a right with a reason and a daily cap; beyond the cap it takes a second right.
    T10  Working hours are kept per staff member and weekday, with the dates they are in force.
    T11  A series is a rule (RFC 5545) with the dates left out and added, and visits that were moved.
    T12  A month that lacks the day is skipped. An appointment booked again from another remembers which,
         so that reports tell one story.

States of an appointment
    S1   Scheduled, Completed, Missed, Canceled; confirmed, arrived, seated, left are times, not states.
    S2   Completed and Missed only once the start has passed; Canceled needs a reason and who asked.
    S3   Back to Scheduled: one's own change of today freely, else by right and with a reason.
    S5   A late cancelation is a mark on Canceled.
    S6   A walk-in has arrived the moment it is booked.
    S7   A message belongs to one appointment, one window and one version: at most once each.

People
    P1   Search folds case, accents and punctuation, takes word beginnings in any order, three or more
         digits of a phone number, birth dates, numbers and former names; sounds-alike come last.
    P2   Where the list holds a near twin, a second identifier is looked at before anybody acts.
    P3   Likely duplicates are told on create and on edit; twins are not duplicates.
    P5   Consent per channel is unknown, yes or no, with its date and source.

Money
    M1   Amounts are whole minor units of a currency with its own number of decimals; never floats. One
         function rounds them, half away from zero unless the clinic says otherwise.
    M2   Shown parts add up to the shown total; the cent left over goes to the largest line. Tax is inside
         the price or on top, rounded for each line or once for each rate.
    M6   A line knows what the customer and what a payer pays of it; a payer's money never goes to the
         customer.
    M7   A payment is split over methods and over bills, oldest first. Change comes out of cash; too much
         is credit.
    M11  The ages of a balance as of a date count rows up to it and add up to it.

Returns and refunds
    R1   No more of a line comes back than was sold and has not come back yet.
    R2   A return is worth what was paid for it; the last unit takes the cents that remain.
    R3   Its value reduces what is owed on the bill, then goes back as it was paid, then is credit.
    R4   Whoever approves a refund neither asked for it nor took the payment.
    R5   Goods that come back are restocked, kept apart or scrapped; medicine is not restocked by itself.

The record
    A1   Who, when, what, before and after, for every change: append-only and chained by hash.
    V1   A record is changed from the version that was read, or both values are shown.
    M10  Commit first, then print or send.
"""
