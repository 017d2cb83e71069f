// The counting allocator. The linker redirects malloc and its like to the __wrap_ functions (ld's --wrap), so that
// C.CString and C.malloc are counted as well as what the preamble allocates.
//
// Every block has a page of its own. A freed page is closed (PROT_NONE): whoever touches it, in C or in Go, faults. The
// fault is recorded, the page opened, and the program goes on. A second free is recorded and does nothing.

#define _GNU_SOURCE
#include "alloc.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096 };
enum state { UNUSED, LIVE, FREED };

struct block {
    enum state state;
    int made;
    int kept;
};

int oracle_line, oracle_exposed, oracle_failing, oracle_event_count, oracle_overflow;
struct oracle_event oracle_events[ORACLE_EVENTS];

static char *arena;
static struct block blocks[ORACLE_BLOCKS];
static int used;
static __thread int counting;
static struct sigaction former;

void *__real_malloc(size_t size);
void __real_free(void *pointer);

static void record(int kind, int line, int block) {
    if (oracle_event_count == ORACLE_EVENTS) {
        oracle_overflow = 1;
        return;
    }
    oracle_events[oracle_event_count++] = (struct oracle_event){kind, line, block, 0};
}

static int block_of(const void *pointer) {
    uintptr_t address = (uintptr_t)pointer, start = (uintptr_t)arena;
    if (arena == NULL || address < start || address >= start + (uintptr_t)ORACLE_BLOCKS * PAGE)
        return -1;
    return (int)((address - start) / PAGE);
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    int index = block_of(info->si_addr);
    if (index < 0) {
        sigaction(SIGSEGV, &former, NULL);
        return;
    }
    (void)signal, (void)context;
    mprotect(arena + (size_t)index * PAGE, PAGE, PROT_READ | PROT_WRITE);
    record(ORACLE_USED_AFTER_FREE, oracle_line, index);
    oracle_exposed = 1;
}

void oracle_setup(void) {
    struct sigaction action = {0};
    arena = mmap(NULL, (size_t)ORACLE_BLOCKS * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (arena == MAP_FAILED)
        abort();
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, &former);
}

void oracle_begin(void) {
    if (used > 0)
        mprotect(arena, (size_t)used * PAGE, PROT_READ | PROT_WRITE);
    memset(blocks, 0, sizeof blocks[0] * (size_t)used);
    used = oracle_line = oracle_exposed = oracle_failing = oracle_event_count = oracle_overflow = 0;
    counting = 1;
}

void oracle_end(void) {
    counting = 0;
    for (int number = 0; number < oracle_event_count; number++)
        oracle_events[number].kept = blocks[oracle_events[number].block].kept;
    for (int index = 0; index < used; index++) {
        if (blocks[index].state == LIVE && !blocks[index].kept)
            record(ORACLE_LEAK, blocks[index].made, index);
    }
}

void oracle_hide(void) {
    for (int index = 0; index < used; index++) {
        if (blocks[index].state == FREED)
            mprotect(arena + (size_t)index * PAGE, PAGE, PROT_NONE);
    }
    oracle_exposed = 0;
}

void oracle_keep(void *pointer) {
    int index = block_of(pointer);
    if (index >= 0)
        blocks[index].kept = 1;
}

void *__wrap_malloc(size_t size) {
    if (!counting)
        return __real_malloc(size);
    if (oracle_failing) {
        oracle_failing = 0;
        return NULL;
    }
    if (used == ORACLE_BLOCKS || size > PAGE) {
        oracle_overflow = 1;
        return __real_malloc(size);
    }
    blocks[used] = (struct block){LIVE, oracle_line, 0};
    return memset(arena + (size_t)used++ * PAGE, 0, PAGE);
}

void *__wrap_calloc(size_t count, size_t size) {
    void *made = __wrap_malloc(count * size);
    return made == NULL ? NULL : memset(made, 0, count * size);
}

char *__wrap_strdup(const char *text) {
    size_t size = strlen(text) + 1;
    void *made = __wrap_malloc(size);
    return made == NULL ? NULL : memcpy(made, text, size);
}

void __wrap_free(void *pointer) {
    int index = block_of(pointer);
    if (index < 0) {
        __real_free(pointer);
        return;
    }
    if (blocks[index].state == FREED) {
        record(ORACLE_FREED_TWICE, oracle_line, index);
        return;
    }
    blocks[index].state = FREED;
    mprotect(arena + (size_t)index * PAGE, PAGE, PROT_NONE);
}

void *__real_realloc(void *pointer, size_t size);

void *__wrap_realloc(void *pointer, size_t size) {
    int index = block_of(pointer);
    if (index < 0 && !counting)
        return __real_realloc(pointer, size);
    if (index >= 0 && blocks[index].state == FREED)
        record(ORACLE_USED_AFTER_FREE, oracle_line, index);
    void *made = __wrap_malloc(size);
    if (made != NULL && index >= 0 && blocks[index].state == LIVE)
        __wrap_free(pointer);
    return made;
}
