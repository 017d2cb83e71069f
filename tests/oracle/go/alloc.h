// The counting allocator: what the driver asks of it.
#ifndef ORACLE_ALLOC_H
#define ORACLE_ALLOC_H

enum { ORACLE_BLOCKS = 512, ORACLE_EVENTS = 512 };
enum oracle_kind { ORACLE_LEAK = 0, ORACLE_FREED_TWICE = 1, ORACLE_USED_AFTER_FREE = 2 };

struct oracle_event {
    int kind;
    int line; // where it happens; for a leak, where the block was made
    int block;
    int kept; // whether somebody outside the function owned the block at the end
};

extern int oracle_line;   // the source line that is running
extern int oracle_exposed; // whether a freed page was opened, to let a use after free go on
extern int oracle_failing; // whether the next allocation fails

extern struct oracle_event oracle_events[ORACLE_EVENTS];
extern int oracle_event_count;
extern int oracle_overflow; // whether a run made more blocks or events than there is room for

void oracle_setup(void);  // once, after the Go runtime has installed its signal handlers
void oracle_begin(void);  // from here on, allocations of this thread count
void oracle_end(void);    // what is live and not kept has leaked
void oracle_hide(void);   // close the freed pages that a use after free has opened
void oracle_keep(void *block); // somebody outside the function owns the block

#endif
