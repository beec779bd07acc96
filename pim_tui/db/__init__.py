"""The database: connections, dialects, migrations, drafts."""
