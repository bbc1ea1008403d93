package io.github.segloss.cpu;

import io.github.segloss.SegLossException;
import io.github.segloss.backend.Arguments;
import io.github.segloss.backend.Device;
import io.github.segloss.backend.Executable;
import io.github.segloss.backend.Explanation;
import io.github.segloss.backend.Result;
import io.github.segloss.backend.TensorTypes;
import io.github.segloss.program.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A plan with its workspaces: one for each run under way, kept for the next. */
final class OpenBlasExecutable implements Executable {
    private final BlasPlan plan;
    private final TensorTypes types;
    private final BlasWorkers workers;
    private final Device device;
    private final Consumer<OpenBlasExecutable> onClose;
    private final Deque<BlasWorkspace> idle = new ArrayDeque<>();
    private boolean closed;

    OpenBlasExecutable(
            BlasPlan plan,
            TensorTypes types,
            BlasWorkers workers,
            Device device,
            Consumer<OpenBlasExecutable> onClose) {
        this.plan = plan;
        this.types = types;
        this.workers = workers;
        this.device = device;
        this.onClose = onClose;
    }

    @Override
    public Program program() {
        return plan.program();
    }

    @Override
    public Result run(Arguments arguments) {
        BlasWorkspace workspace = take();
        boolean finished = false;
        try {
            arguments.check(plan.program(), types);
            workspace.fit(arguments.geometry());
            Map<String, double[]> tables = new BlasRun(plan, arguments, workspace, workers).run();
            finished = true;
            return tables::get;
        } finally {
            if (finished) {
                giveBack(workspace);
            } else {
                // So that a call for which memory did not suffice leaves it to others.
                workspace.close();
            }
        }
    }

    private BlasWorkspace take() {
        synchronized (idle) {
            if (closed) {
                throw new SegLossException("the executable was closed and cannot run any more");
            }
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        return new BlasWorkspace(plan, workers.count());
    }

    private void giveBack(BlasWorkspace workspace) {
        synchronized (idle) {
            if (!closed) {
                idle.push(workspace);
                return;
            }
        }
        workspace.close();
    }

    @Override
    public Explanation explain() {
        List<String> notes = new ArrayList<>();
        notes.add("N samples, C = " + plan.program().graph().classes() + " classes, S pixels each");
        notes.add(
                "workspace: "
                        + plan.buffers().size()
                        + " arrays, "
                        + plan.bytesText()
                        + " bytes off the heap for each run at a time, kept for the next until the executable is closed");
        notes.add("each op rounds to " + plan.work() + "; sums are carried in float64");
        if (plan.hasStructuredSteps()) {
            notes.add(
                    "ranked sums, distance transforms and windows are Java, one sample and class at a time on each thread,"
                            + " in float64 arrays of its size on the heap, kept likewise");
        }
        return new Explanation(
                OpenBlasBackendProvider.NAME,
                device.name() + ", " + device.detail(),
                plan.stepLines(),
                plan.bufferLines(),
                notes);
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(BlasWorkspace::close);
            idle.clear();
        }
        onClose.accept(this);
    }
}
