package io.github.segloss.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Reads the machine code of kernels from a CUBIN: an ELF file with a section for each, of instructions of 16 bytes from Volta on. Of an instruction only the
 * kind is read, which its lowest 9 or 12 bits are, and of a branch how far it goes.
 */
final class MachineCode {
    private static final int INSTRUCTION = 16;
    private static final int BRANCH = 0x947;
    private static final int LOAD = 0x981;
    private static final int SPECIAL_FUNCTION = 0x308;
    private static final int PADDING = 0x918;

    /** The instructions that are told apart, by their lowest 9 bits without those that say where operands are. */
    private static final Map<Integer, String> KINDS = new TreeMap<>();

    static {
        KINDS.put(0x020, "fp32 mul");
        KINDS.put(0x021, "fp32 add");
        KINDS.put(0x023, "fp32 fma");
        KINDS.put(0x008, "select");
        KINDS.put(0x007, "select");
        KINDS.put(0x00b, "compare");
        KINDS.put(0x00c, "compare");
        KINDS.put(0x009, "min/max");
        KINDS.put(0x108, "special function");
        KINDS.put(0x110, "to or from fp64");
        KINDS.put(0x029, "fp64");
        KINDS.put(0x02b, "fp64");
        KINDS.put(0x028, "fp64");
        KINDS.put(0x02a, "fp64");
        KINDS.put(0x181, "load");
        KINDS.put(0x186, "store");
        KINDS.put(0x183, "local memory");
        KINDS.put(0x187, "local memory");
        KINDS.put(0x147, "branch");
        KINDS.put(0x144, "call");
    }

    /**
     * A kernel.
     *
     * @param instructions how many it has
     * @param loop those of its first loop that reads memory and has an exponential or reciprocal, which is the one over the pixels, by kind
     * @param local how many use local memory, where registers are spilled to
     */
    record Kernel(int instructions, Map<String, Integer> loop, int local) {
        int loopInstructions() {
            return loop.values().stream().mapToInt(n -> n).sum();
        }
    }

    private MachineCode() {}

    /** The kernels of a CUBIN by name. */
    static SequencedMap<String, Kernel> kernels(byte[] cubin) {
        ByteBuffer elf = ByteBuffer.wrap(cubin).order(ByteOrder.LITTLE_ENDIAN);
        if (elf.getInt(0) != 0x464c457f) {
            throw new IllegalArgumentException("not an ELF file");
        }
        int headers = (int) elf.getLong(40);
        int count = elf.getShort(60) & 0xffff;
        int names = (int) elf.getLong(headers + 64 * (elf.getShort(62) & 0xffff) + 24);
        SequencedMap<String, Kernel> kernels = new LinkedHashMap<>();
        for (int k = 0; k < count; k++) {
            int header = headers + 64 * k;
            String name = name(cubin, names + elf.getInt(header));
            if (name.startsWith(".text.")) {
                int start = (int) elf.getLong(header + 24);
                int length = (int) elf.getLong(header + 32);
                kernels.put(name.substring(6), kernel(elf, start, length / INSTRUCTION));
            }
        }
        return kernels;
    }

    private static String name(byte[] cubin, int start) {
        int end = start;
        while (cubin[end] != 0) {
            end++;
        }
        return new String(cubin, start, end - start, StandardCharsets.UTF_8);
    }

    private static Kernel kernel(ByteBuffer elf, int start, int length) {
        int last = length - 1;
        while (last > 0 && opcode(elf, start, last) == PADDING) {
            last--;
        }
        // The last is a branch to itself, 4 units back.
        boolean isSplit = (elf.getLong(start + INSTRUCTION * last) >>> 16 & 0xff) == 0xfc;
        int local = 0;
        Map<String, Integer> loop = Map.of();
        for (int i = 0; i < last; i++) {
            local += kind(elf, start, i).equals("local memory") ? 1 : 0;
            int target = opcode(elf, start, i) == BRANCH ? target(elf, start, i, isSplit) : i + 1;
            if (loop.isEmpty()
                    && target <= i
                    && target >= 0
                    && isOverPixels(elf, start, target, i)) {
                loop = histogram(elf, start, target, i);
            }
        }
        return new Kernel(last + 1, loop, local);
    }

    private static boolean isOverPixels(ByteBuffer elf, int start, int from, int to) {
        boolean reads = false;
        boolean computes = false;
        for (int i = from; i <= to; i++) {
            reads |= opcode(elf, start, i) == LOAD;
            computes |= opcode(elf, start, i) == SPECIAL_FUNCTION;
        }
        return reads && computes;
    }

    private static Map<String, Integer> histogram(ByteBuffer elf, int start, int from, int to) {
        Map<String, Integer> histogram = new TreeMap<>();
        for (int i = from; i <= to; i++) {
            histogram.merge(kind(elf, start, i), 1, Integer::sum);
        }
        return histogram;
    }

    private static int opcode(ByteBuffer elf, int start, int index) {
        return (int) elf.getLong(start + INSTRUCTION * index) & 0xfff;
    }

    private static String kind(ByteBuffer elf, int start, int index) {
        return KINDS.getOrDefault(opcode(elf, start, index) & 0x1ff, "integer and other");
    }

    /** Where a branch goes: its distance from the next instruction is in units of 4 bytes, whose lowest 8 bits stand apart from sm_90 on. */
    private static int target(ByteBuffer elf, int start, int index, boolean isSplit) {
        long low = elf.getLong(start + INSTRUCTION * index);
        long high = elf.getLong(start + INSTRUCTION * index + 8) & 0x3ffff;
        long upper = (high << 30 | low >>> 34) << 16 >> 16;
        long distance = isSplit ? upper << 8 | low >>> 16 & 0xff : upper;
        return (int) (index + 1 + distance / 4);
    }
}
