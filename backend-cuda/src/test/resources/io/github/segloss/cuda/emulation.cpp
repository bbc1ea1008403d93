// Runs the fibers of a block in an order that a seed chooses, poisons shared memory, and finds barriers that not all threads reach.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifndef __x86_64__
#include <ucontext.h>
#endif

struct Coordinate { unsigned x; };
extern "C" {
Coordinate emulated_thread, emulated_block, emulated_grid;
}

namespace {
const unsigned MOST_THREADS = 1024, LANES = 32;
const size_t STACK = 256 << 10;
enum State { READY, AT_BLOCK, AT_WARP, DONE };

struct Fiber {
#ifdef __x86_64__
    void* stack;
#else
    ucontext_t context;
#endif
    State state;
};

struct Warp {
    unsigned long long given[2][LANES];
    unsigned side[LANES];
    unsigned waiting, alive;
};

Fiber fibers[MOST_THREADS];
Warp warps[MOST_THREADS / LANES];
unsigned current, waiting, alive, threadCount;
char* stacks;
void (*body)(void**);
void** arguments;

#ifdef __x86_64__
void* scheduler;
extern "C" void emulated_switch(void** save, void* to);
asm(R"(
.text
.type emulated_switch,@function
emulated_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");
void pause() { emulated_switch(&fibers[current].stack, scheduler); }
void resume() { emulated_switch(&scheduler, fibers[current].stack); }
#else
ucontext_t scheduler;
void pause() { swapcontext(&fibers[current].context, &scheduler); }
void resume() { swapcontext(&scheduler, &fibers[current].context); }
#endif

void releaseBlock() {
    if (alive > 0 && waiting == alive) {
        waiting = 0;
        for (unsigned i = 0; i < threadCount; ++i)
            if (fibers[i].state == AT_BLOCK) fibers[i].state = READY;
    }
}

void releaseWarp(unsigned warp) {
    Warp& w = warps[warp];
    if (w.alive > 0 && w.waiting == w.alive) {
        w.waiting = 0;
        for (unsigned i = warp * LANES; i < (warp + 1) * LANES && i < threadCount; ++i)
            if (fibers[i].state == AT_WARP) fibers[i].state = READY;
    }
}

void enter() {
    body(arguments);
    fibers[current].state = DONE;
    --alive;
    --warps[current / LANES].alive;
    releaseBlock();
    releaseWarp(current / LANES);
    pause();
    abort();
}

void prepare(unsigned i) {
    Fiber& f = fibers[i];
    f.state = READY;
#ifdef __x86_64__
    void** top = (void**)(stacks + (i + 1) * STACK);
    *--top = nullptr;
    *--top = (void*)&enter;
    for (int k = 0; k < 6; ++k) *--top = nullptr;
    f.stack = top;
#else
    getcontext(&f.context);
    f.context.uc_stack.ss_sp = stacks + i * STACK;
    f.context.uc_stack.ss_size = STACK;
    f.context.uc_link = nullptr;
    makecontext(&f.context, enter, 0);
#endif
}

unsigned gcd(unsigned a, unsigned b) { return b == 0 ? a : gcd(b, a % b); }

// A step that visits all of n places, another for each seed.
unsigned step(unsigned n, unsigned seed) {
    if (seed == 0 || n < 3) return 1;
    unsigned s = (seed * 2654435761u) % n;
    while (s == 0 || gcd(s, n) != 1) s = (s + 1) % n;
    return s;
}

bool runBlock(unsigned seed) {
    alive = threadCount;
    waiting = 0;
    memset(warps, 0, sizeof warps);
    for (unsigned i = 0; i < threadCount; ++i) {
        ++warps[i / LANES].alive;
        prepare(i);
    }
    const unsigned by = step(threadCount, seed);
    while (alive > 0) {
        bool progress = false;
        unsigned i = seed % threadCount;
        for (unsigned k = 0; k < threadCount; ++k, i = (i + by) % threadCount) {
            if (fibers[i].state != READY) continue;
            current = i;
            emulated_thread.x = i;
            progress = true;
            resume();
        }
        if (!progress) return false;
    }
    return true;
}
}

extern "C" void emulated_sync_block() {
    fibers[current].state = AT_BLOCK;
    ++waiting;
    releaseBlock();
    if (fibers[current].state != READY) pause();
}

extern "C" void emulated_sync_warp() {
    fibers[current].state = AT_WARP;
    ++warps[current / LANES].waiting;
    releaseWarp(current / LANES);
    if (fibers[current].state != READY) pause();
}

// Two sets of slots in turn: nobody can be two exchanges ahead of another lane.
extern "C" const unsigned long long* emulated_share(unsigned long long value) {
    Warp& w = warps[current / LANES];
    unsigned& side = w.side[current % LANES];
    const unsigned now = side;
    side = 1 - side;
    w.given[now][current % LANES] = value;
    emulated_sync_warp();
    return w.given[now];
}

extern "C" int emulated_run(unsigned blocks, unsigned threads, unsigned seed, void (*kernel)(void**), void** args, char* shared, long sharedBytes) {
    if (threads == 0 || threads > MOST_THREADS || blocks == 0) return 2;
    if (stacks == nullptr) {
        void* memory = mmap(nullptr, MOST_THREADS * STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) return 3;
        stacks = (char*)memory;
    }
    threadCount = threads;
    body = kernel;
    arguments = args;
    emulated_grid.x = blocks;
    const unsigned by = step(blocks, seed);
    unsigned b = seed % blocks;
    for (unsigned k = 0; k < blocks; ++k, b = (unsigned)(((uint64_t)b + by) % blocks)) {
        emulated_block.x = b;
        memset(shared, 0xff, sharedBytes);
        if (!runBlock(seed)) return 1;
    }
    return 0;
}

extern "C" void* emulated_allocate(size_t bytes) {
    void* p = nullptr;
    // Exactly as many bytes as asked, so that an address sanitizer sees the first one beyond.
    if (posix_memalign(&p, 256, bytes) != 0) return nullptr;
    memset(p, 0xff, bytes);
    return p;
}

extern "C" void emulated_free(void* p) { free(p); }
