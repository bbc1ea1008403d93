"""PyTorch at the workloads of the GPU benchmark: value and gradient, eager and by torch.compile.

usage: torch_peer.py DEVICE SECONDS WORKLOAD:TYPE:SIZES...      such as W5:FLOAT32:256x4x512x512
Prints a line "WORKLOAD TYPE how milliseconds" for each measurement, or "note TEXT".
"""
import sys
import time

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("note PyTorch was not measured: this Python has no torch")
    sys.exit(0)
except Exception as problem:  # one that is there but broken
    print("note PyTorch was not measured: torch cannot be imported:", str(problem).replace("\n", " "))
    sys.exit(0)
if not torch.cuda.is_available():
    print("note PyTorch was not measured: torch sees no GPU")
    sys.exit(0)

TYPES = {"FLOAT32": torch.float32, "FLOAT64": torch.float64, "FLOAT16": torch.float16, "BFLOAT16": torch.bfloat16}
EPS = 1e-7


def bce(x, g):
    return F.binary_cross_entropy_with_logits(x, g[:, None].to(x.dtype))


def focal(x, g):
    g = g[:, None].to(x.dtype)
    ce = F.binary_cross_entropy_with_logits(x, g, reduction="none")
    p = torch.sigmoid(x)
    miss = p * (1 - g) + (1 - p) * g
    weight = 0.25 * g + 0.75 * (1 - g)
    return (weight * miss**2 * ce).mean()


def soft_dice(p, g, axes):
    overlap, total = (p * g).sum(axes), (p + g).sum(axes)
    return (1 - (2 * overlap + 1e-5) / (total + 1e-5)).mean()


def one_hot(x, g):
    return F.one_hot(g, x.shape[1]).movedim(-1, 1).to(x.dtype)


def dice_sigmoid(x, g):
    return soft_dice(torch.sigmoid(x), g[:, None].to(x.dtype), tuple(range(2, x.dim())))


def cross_entropy(x, g):
    return F.cross_entropy(x, g)


def dice_softmax(x, g):
    return soft_dice(torch.softmax(x, 1), one_hot(x, g), tuple(range(2, x.dim())))


def unified_focal(x, g, share=0.5, delta=0.6, gamma=0.5):
    y = one_hot(x, g)
    p = torch.softmax(x, 1).clamp(EPS, 1 - EPS)
    axes = tuple(range(2, x.dim()))
    ce = -y * torch.log(p)
    common = (1 - delta) * (1 - p[:, :1]) ** gamma * ce[:, :1]
    rare = delta * ce[:, 1:]
    focal_part = (common.sum(1) + rare.sum(1)).mean()
    tp, fn, fp = (y * p).sum(axes), (y * (1 - p)).sum(axes), ((1 - y) * p).sum(axes)
    d = 1 - (tp + EPS) / (tp + delta * fn + (1 - delta) * fp + EPS)
    tversky = torch.cat([d[:, :1], d[:, 1:] ** (1 - gamma)], 1).mean()
    return share * focal_part + (1 - share) * tversky


def lovasz_softmax(x, g):
    p = torch.softmax(x, 1)
    classes = x.shape[1]
    rows_p = p.movedim(1, 0).reshape(classes, x.shape[0], -1).movedim(1, 0).reshape(-1, p[0, 0].numel())
    rows_y = one_hot(x, g).reshape(rows_p.shape)
    errors, order = torch.sort((rows_y - rows_p).abs(), dim=1, descending=True)
    y = rows_y.gather(1, order)
    total = y.sum(1, keepdim=True)
    jaccard = 1 - (total - y.cumsum(1)) / (total + (1 - y).cumsum(1))
    weights = torch.cat([jaccard[:, :1], jaccard[:, 1:] - jaccard[:, :-1]], 1)
    losses = (errors * weights).sum(1)
    present = (total[:, 0] > 0).to(losses.dtype)
    return (losses * present).sum() / present.sum().clamp(min=1)


LOSSES = {
    "W1": bce,
    "W2": focal,
    "W3": dice_sigmoid,
    "W4": cross_entropy,
    "W5": dice_softmax,
    "W6": unified_focal,
    "W6C21": unified_focal,
    "W6C104": unified_focal,
    "W7": unified_focal,
    "W8": lovasz_softmax,
}


def median_millis(loss, x, g, seconds):
    def call():
        x.grad = None
        loss(x, g).backward()

    for _ in range(3):
        call()
    torch.cuda.synchronize()
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(5):
            call()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / 5)
    times.sort()
    return 1e3 * times[len(times) // 2]


def main():
    device = torch.device("cuda", int(sys.argv[1]))
    seconds = float(sys.argv[2])
    for word in sys.argv[3:]:
        workload, dtype, sizes = word.split(":")
        if workload not in LOSSES:
            print("note PyTorch was not measured at", workload + ": it has no exact distance transform on a GPU", flush=True)
            continue
        shape = [int(n) for n in sizes.split("x")]
        torch.manual_seed(1)
        for how in ("eager", "compile"):
            try:
                x = torch.randn(shape, device=device, dtype=TYPES[dtype], requires_grad=True)
                g = torch.randint(0, max(2, shape[1]), [shape[0]] + shape[2:], device=device)
                loss = LOSSES[workload]
                if how == "compile":
                    torch.compiler.reset()  # else shapes seen before make it generalise, and after eight of them give up
                    loss = torch.compile(loss, dynamic=False)
                print(workload, dtype, how, median_millis(loss, x, g, seconds), flush=True)
            except Exception as problem:  # one that does not fit or compile must not end the others
                text = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
                print("note PyTorch", how, "failed at", workload, dtype + ":", text, flush=True)
            x = g = None
            torch.cuda.empty_cache()


main()
