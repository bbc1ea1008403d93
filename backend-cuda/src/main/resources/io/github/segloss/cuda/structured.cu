
// ---- structured ops. A view reads an argument at (sample, class, pixel), whatever its type and extent.

// Sum of all earlier threads of the block; total is that of all.
template <typename T> INLINE T scan_block(T x, T& total) {
    __shared__ T ends[WARPS];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    T inclusive = x;
#pragma unroll
    for (int step = 1; step < LANES; step *= 2) {
        const T before = __shfl_up_sync(0xffffffffu, inclusive, step);
        if (lane >= step) inclusive += before;
    }
    T exclusive = __shfl_up_sync(0xffffffffu, inclusive, 1);
    if (lane == 0) exclusive = 0;
    if (lane == LANES - 1) ends[warp] = inclusive;
    __syncthreads();
    T base = 0, all = 0;
#pragma unroll
    for (int w = 0; w < WARPS; ++w) {
        if (w == warp) base = all;
        all += ends[w];
    }
    __syncthreads();
    total = all;
    return base + exclusive;
}

// In place: each of count numbers becomes the sum of those before it. Returns the sum of all.
template <typename T> INLINE T scan_row(T* row, i64 count) {
    T carry = 0;
    for (i64 start = 0; start < count; start += BLOCK) {
        const i64 i = start + threadIdx.x;
        T total;
        const T before = scan_block<T>(i < count ? row[i] : (T)0, total);
        if (i < count) row[i] = carry + before;
        carry += total;
    }
    return carry;
}

// ---- ranked sums: a stable radix sort by 8 bits at a time of keys whose bits ascend where the keys descend; both zeros are one key

#define TILE 2048
#define DIGITS 256

template <typename T> struct KeyBits;
template <> struct KeyBits<f32> {
    typedef u32 type;
    static __device__ __forceinline__ u32 of(f32 x) {
        const u32 u = x != x ? 0x7fc00000u : x == 0 ? 0u : __float_as_uint(x);
        return ~(u >> 31 ? ~u : u | 0x80000000u);
    }
};
template <> struct KeyBits<f64> {
    typedef u64 type;
    static __device__ __forceinline__ u64 of(f64 x) {
        const u64 u = x != x ? 0x7ff8000000000000ULL : x == 0 ? 0 : (u64)__double_as_longlong(x);
        return ~(u >> 63 ? ~u : u | 0x8000000000000000ULL);
    }
};
typedef KeyBits<real>::type keybits;

// Group g of `groups` ranks `length` elements; elements of one group run over pixels, then over `together` samples.
template <typename Keys>
INLINE void rank_prepare(Keys keys, i64 classes, i64 pixels, i64 length, i64 groups, keybits* bits, u32* order) {
    for (i64 i = (i64)blockIdx.x * BLOCK + threadIdx.x; i < groups * length; i += (i64)gridDim.x * BLOCK) {
        const i64 g = i / length, e = i % length;
        bits[i] = KeyBits<real>::of(keys(g / classes + e / pixels, g % classes, e % pixels));
        order[i] = (u32)e;
    }
}

INLINE void rank_count(const keybits* bits, i64 length, i64 tiles, int shift, u32* counts) {
    __shared__ u32 histogram[DIGITS];
    histogram[threadIdx.x] = 0;
    __syncthreads();
    const i64 g = blockIdx.x / tiles, t = blockIdx.x % tiles;
    for (int k = 0; k < TILE / BLOCK; ++k) {
        const i64 e = t * TILE + k * BLOCK + threadIdx.x;
        if (e < length) atomicAdd(&histogram[(u32)(bits[g * length + e] >> shift) & (DIGITS - 1)], 1u);
    }
    __syncthreads();
    counts[(g * DIGITS + threadIdx.x) * tiles + t] = histogram[threadIdx.x];
}

// One warp for each group and digit: where in the run of its digit each tile begins.
INLINE void rank_rows(u32* counts, i64 rows, i64 tiles, u32* totals) {
    const int lane = threadIdx.x % LANES;
    const i64 row = (i64)blockIdx.x * WARPS + threadIdx.x / LANES;
    if (row >= rows) return;
    u32 carry = 0;
    for (i64 start = 0; start < tiles; start += LANES) {
        const i64 t = start + lane;
        const u32 own = t < tiles ? counts[row * tiles + t] : 0;
        u32 sum = own;
#pragma unroll
        for (int step = 1; step < LANES; step *= 2) {
            const u32 before = __shfl_up_sync(0xffffffffu, sum, step);
            if (lane >= step) sum += before;
        }
        if (t < tiles) counts[row * tiles + t] = carry + sum - own;
        carry += __shfl_sync(0xffffffffu, sum, LANES - 1);
    }
    if (lane == 0) totals[row] = carry;
}

// Which lanes have the same digit, of 9 bits; the instruction for it came with Volta.
INLINE u32 lanes_with(u32 digit) {
#if defined(SEGLOSS_EMULATED) || __CUDA_ARCH__ < 700
    u32 same = 0xffffffffu;
    for (int bit = 0; bit < 9; ++bit) {
        const bool isOne = digit >> bit & 1;
        const u32 ones = __ballot_sync(0xffffffffu, isOne);
        same &= isOne ? ones : ~ones;
    }
    return same;
#else
    return __match_any_sync(0xffffffffu, digit);
#endif
}

INLINE void rank_scatter(const keybits* bits, const u32* order, i64 length, i64 tiles, int shift,
        const u32* counts, const u32* totals, keybits* bitsOut, u32* orderOut) {
    __shared__ u32 next[DIGITS];
    __shared__ u32 perWarp[WARPS][DIGITS];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    const i64 g = blockIdx.x / tiles, t = blockIdx.x % tiles;
    u32 unused;
    next[threadIdx.x] = scan_block<u32>(totals[g * DIGITS + threadIdx.x], unused)
            + counts[(g * DIGITS + threadIdx.x) * tiles + t];
    for (int k = 0; k < TILE / BLOCK; ++k) {
        for (int w = 0; w < WARPS; ++w) perWarp[w][threadIdx.x] = 0;
        __syncthreads();
        const i64 e = t * TILE + k * BLOCK + threadIdx.x;
        const bool here = e < length;
        const keybits key = here ? bits[g * length + e] : 0;
        const u32 index = here ? order[g * length + e] : 0;
        const u32 digit = here ? (u32)(key >> shift) & (DIGITS - 1) : DIGITS;
        const u32 same = lanes_with(digit);
        const u32 before = __popc(same & ((1u << lane) - 1));
        if (here && before == 0) perWarp[warp][digit] = __popc(same);
        __syncthreads();
        u32 at = next[threadIdx.x];
        for (int w = 0; w < WARPS; ++w) {
            const u32 n = perWarp[w][threadIdx.x];
            perWarp[w][threadIdx.x] = at;
            at += n;
        }
        next[threadIdx.x] = at;
        __syncthreads();
        if (here) {
            const i64 to = g * length + perWarp[warp][digit] + before;
            bitsOut[to] = key;
            orderOut[to] = index;
        }
        __syncthreads();
    }
}

// Where the ranking of a result's group is: a result may vary along axes that its keys lack.
INLINE i64 key_group(i64 g, i64 classes, bool keyBatch, i64 keyClasses, bool hasClass) {
    const i64 sample = hasClass ? g / classes : g, c = hasClass ? g % classes : 0;
    return (keyBatch ? sample : 0) * keyClasses + (keyClasses > 1 ? c : 0);
}

#define RUN (TILE / BLOCK)

template <typename Values>
INLINE f64 rank_run(Values values, const keybits* bits, const u32* order, i64 first, i64 length,
        i64 sample, i64 c, i64 pixels, f64 (&run)[RUN]) {
    const keybits excluded = KeyBits<real>::of(-infinity());
    f64 sum = 0;
    for (int k = 0; k < RUN; ++k) {
        run[k] = 0;
        if (first + k < length && bits[first + k] != excluded) {
            const u32 e = order[first + k];
            run[k] = (f64)values(sample + e / pixels, c, e % pixels);
        }
        sum += run[k];
    }
    return sum;
}

template <typename Values>
INLINE void rank_tiles(Values values, const keybits* bits, const u32* order, i64 keyGroup, i64 sample, i64 c,
        i64 pixels, i64 length, i64 tiles, f64* sums) {
    f64 run[RUN], total;
    const i64 first = blockIdx.x % tiles * TILE + threadIdx.x * RUN;
    const f64 sum = rank_run(values, bits + keyGroup * length, order + keyGroup * length, first, length, sample, c, pixels, run);
    scan_block<f64>(sum, total);
    if (threadIdx.x == 0) sums[blockIdx.x] = total;
}

template <typename Values>
INLINE void rank_store(Values values, const keybits* bits, const u32* order, i64 keyGroup, i64 sample, i64 c,
        i64 pixels, i64 length, i64 tiles, const f64* sums, real* out, i64 samplePlane, i64 planeStep) {
    f64 run[RUN], total;
    bits += keyGroup * length;
    order += keyGroup * length;
    const i64 first = blockIdx.x % tiles * TILE + threadIdx.x * RUN;
    const f64 sum = rank_run(values, bits, order, first, length, sample, c, pixels, run);
    f64 before = sums[blockIdx.x] + scan_block<f64>(sum, total);
    const keybits excluded = KeyBits<real>::of(-infinity());
    for (int k = 0; k < RUN; ++k) {
        if (first + k < length) {
            const u32 e = order[first + k];
            before += run[k];
            out[(samplePlane + e / pixels * planeStep) * pixels + e % pixels]
                    = bits[first + k] == excluded ? (real)0 : (real)before;
        }
    }
}

// ---- distance transform: lower envelopes of parabolas, axis by axis, one thread a line
// (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8, 2012, algorithm 1)

struct Array {
    const f64* data;
    __device__ __forceinline__ f64 operator()(i64 i) const { return data[i]; }
};

INLINE f64 crossing(f64 valueP, f64 valueQ, i64 p, i64 q, f64 spacing) {
    return ((valueQ - valueP) / (spacing * spacing) + (f64)q * (f64)q - (f64)p * (f64)p) / (2.0 * (f64)(q - p));
}

template <typename Squared>
INLINE void distance_line(Squared squared, i64 start, i64 stride, i64 length, f64 spacing,
        f64* out, i32* vertex, f64* from) {
    const f64 never = __longlong_as_double(0x7ff0000000000000LL);
    i64 parabolas = 0;
    for (i64 q = 0; q < length; ++q) {
        const f64 value = squared(start + q * stride);
        if (value == never) continue;
        f64 cross = -never;
        while (parabolas > 0) {
            const i64 p = vertex[start + (parabolas - 1) * stride];
            cross = crossing(squared(start + p * stride), value, p, q, spacing);
            if (cross > from[start + (parabolas - 1) * stride]) break;
            --parabolas;
            cross = -never;
        }
        vertex[start + parabolas * stride] = (i32)q;
        from[start + parabolas * stride] = cross;
        ++parabolas;
    }
    i64 k = 0;
    for (i64 q = 0; q < length; ++q) {
        if (parabolas == 0) {
            out[start + q * stride] = never;
            continue;
        }
        while (k + 1 < parabolas && from[start + (k + 1) * stride] < (f64)q) ++k;
        const i64 p = vertex[start + k * stride];
        const f64 distance = (f64)(q - p) * spacing;
        out[start + q * stride] = distance * distance + squared(start + p * stride);
    }
}

template <typename Squared>
INLINE void distance_axis(Squared squared, i64 total, i64 length, i64 stride, f64 spacing, f64* out, i32* vertex, f64* from) {
    const i64 lines = total / length;
    for (i64 i = (i64)blockIdx.x * BLOCK + threadIdx.x; i < lines; i += (i64)gridDim.x * BLOCK) {
        distance_line(squared, i / stride * stride * length + i % stride, stride, length, spacing, out, vertex, from);
    }
}

// ---- windows

struct Space {
    i64 size0, size1, size2, rank;
};

// Calls visit(neighbour) inside and visit.outside() for each position outside, in ascending order.
template <bool BOX, typename Visit>
INLINE void neighbours(Space space, i64 s, Visit& visit) {
    const i64 z = s / (space.size1 * space.size2), y = s / space.size2 % space.size1, x = s % space.size2;
    for (int code = 0; code < 27; ++code) { // one flat loop: nested ones cost registers
        const int dz = code / 9 - 1, dy = code / 3 % 3 - 1, dx = code % 3 - 1;
        const bool isThere = (dz == 0 || space.rank > 2) && (dy == 0 || space.rank > 1);
        if (!isThere || (!BOX && dz * dz + dy * dy + dx * dx > 1)) continue;
        const bool inside = z + dz >= 0 && z + dz < space.size0 && y + dy >= 0 && y + dy < space.size1
                && x + dx >= 0 && x + dx < space.size2;
        if (inside) visit.inside(s + (dz * space.size1 + dy) * space.size2 + dx);
        else visit.outside();
    }
}

template <typename View> struct Plane {
    View view;
    i64 sample, c;
    __device__ __forceinline__ real operator()(i64 s) const { return view(sample, c, s); }
};

template <typename R, bool ZERO, typename X> struct FindExtreme {
    X x;
    real extreme;
    __device__ __forceinline__ void inside(i64 s) { extreme = R::of(extreme, x(s)); }
    __device__ __forceinline__ void outside() {
        if (ZERO) extreme = R::of(extreme, (real)0);
    }
};

template <bool ZERO, typename X> struct CountHits {
    X x;
    real extreme;
    int hits;
    __device__ __forceinline__ void inside(i64 s) { hits += x(s) == extreme; }
    __device__ __forceinline__ void outside() {
        if (ZERO) hits += extreme == 0;
    }
};

template <typename X, typename V> struct GatherHits {
    X x;
    V v;
    real extreme, hits, sum;
    __device__ __forceinline__ void inside(i64 s) {
        if (x(s) == extreme) sum += v(s) / hits;
    }
    __device__ __forceinline__ void outside() {}
};

struct GatherParts {
    real own;
    const real *extremes, *parts;
    real sum;
    __device__ __forceinline__ void inside(i64 s) {
        if (extremes[s] == own) sum += parts[s];
    }
    __device__ __forceinline__ void outside() {}
};

template <typename R, bool BOX, bool ZERO, typename X> INLINE real window_extreme(Space space, X x, i64 s) {
    FindExtreme<R, ZERO, X> find = {x, (real)R::start()};
    neighbours<BOX>(space, s, find);
    return find.extreme;
}

template <bool BOX, bool ZERO, typename X> INLINE real window_hits(Space space, X x, i64 s, real extreme) {
    CountHits<ZERO, X> count = {x, extreme, 0};
    neighbours<BOX>(space, s, count);
    return (real)count.hits;
}

template <typename R, bool BOX, bool ZERO, typename X, typename V> INLINE real window_gather(Space space, X x, V v, i64 s) {
    const real extreme = window_extreme<R, BOX, ZERO>(space, x, s);
    GatherHits<X, V> gather = {x, v, extreme, window_hits<BOX, ZERO>(space, x, s, extreme), 0};
    neighbours<BOX>(space, s, gather);
    return gather.sum;
}

template <bool BOX> INLINE real window_scatter(Space space, real own, const real* extremes, const real* parts, i64 s) {
    GatherParts gather = {own, extremes, parts, 0};
    neighbours<BOX>(space, s, gather);
    return gather.sum;
}
