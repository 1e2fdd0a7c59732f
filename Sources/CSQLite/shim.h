#ifndef QUOTED_CSQLITE_SHIM_H
#define QUOTED_CSQLITE_SHIM_H

#include <sqlite3.h>

/// `SQLITE_TRANSIENT`, a cast that Swift does not import: SQLite copies what is bound.
static inline sqlite3_destructor_type quoted_sqlite_transient(void) { return SQLITE_TRANSIENT; }

/// Without it every allocation takes a lock to be counted. Must come before SQLite's first use.
static inline int quoted_sqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif
