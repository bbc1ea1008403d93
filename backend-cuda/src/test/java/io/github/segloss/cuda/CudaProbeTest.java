package io.github.segloss.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.segloss.BackendUnavailableException;
import io.github.segloss.backend.Availability;
import io.github.segloss.backend.BackendOptions;
import io.github.segloss.backend.Backends;
import io.github.segloss.backend.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every "no" of the probe, brought about by small libraries that stand for drivers. */
class CudaProbeTest {
    @TempDir Path folder;

    private Availability.Unavailable no(CudaProbe probe) {
        return assertInstanceOf(Availability.Unavailable.class, probe.probe());
    }

    /** A driver that gives these answers. */
    private CudaProbe driver(int version, int init, int count, int major, int minor)
            throws IOException, InterruptedException {
        Emulation.require();
        String source =
                """
                #include <string.h>
                extern "C" {
                int cuDriverGetVersion(int* v) { *v = %d; return 0; }
                int cuInit(unsigned) { return %d; }
                int cuDeviceGetCount(int* n) { *n = %d; return 0; }
                int cuDeviceGet(int* device, int ordinal) { *device = ordinal; return 0; }
                int cuDeviceGetAttribute(int* value, int which, int) { *value = which == 75 ? %d : which == 76 ? %d : 132; return 0; }
                int cuDeviceTotalMem_v2(long long* bytes, int) { *bytes = 80LL << 30; return 0; }
                int cuDeviceGetName(char* name, int, int) { strcpy(name, "Stub 1"); return 0; }
                }
                """
                        .formatted(version, init, count, major, minor);
        Path file = Files.createTempFile(folder, "driver", ".cpp");
        Path library = Path.of(file.toString().replace(".cpp", ".so"));
        Files.writeString(file, source, StandardCharsets.UTF_8);
        Process process =
                new ProcessBuilder(
                                "g++",
                                "-shared",
                                "-fPIC",
                                file.toString(),
                                "-o",
                                library.toString())
                        .inheritIO()
                        .start();
        assertEquals(0, process.waitFor());
        return new CudaProbe(library.toString(), false);
    }

    @Test
    void saysThatThereIsNoDriver() {
        Availability.Unavailable no = no(new CudaProbe("libno-such-driver.so.1", true));
        assertEquals(Reason.DRIVER_MISSING, no.reason());
        assertEquals(
                "there is no NVIDIA driver: libno-such-driver.so.1 was not found", no.detail());
    }

    @Test
    void saysThatTheDriverIsTooOld() throws Exception {
        Availability.Unavailable no = no(driver(11040, 0, 1, 9, 0));
        assertEquals(Reason.DRIVER_TOO_OLD, no.reason());
        assertTrue(no.detail().startsWith("the driver supports CUDA 11.4, and "), no.detail());
    }

    @Test
    void saysThatThereIsNoDevice() throws Exception {
        assertEquals(Reason.DEVICE_MISSING, no(driver(13000, 100, 0, 9, 0)).reason());
        Availability.Unavailable no = no(driver(13000, 0, 0, 9, 0));
        assertEquals(Reason.DEVICE_MISSING, no.reason());
        assertTrue(no.detail().contains("there is no CUDA device"), no.detail());
    }

    @Test
    void saysThatTheDriverFails() throws Exception {
        Availability.Unavailable no = no(driver(13000, 999, 1, 9, 0));
        assertEquals(Reason.FAILED, no.reason());
        assertEquals("cuInit failed with code 999; the driver supports CUDA 13.0", no.detail());
    }

    @Test
    void saysThatTheDeviceIsTooOld() throws Exception {
        Availability.Unavailable no = no(driver(13000, 0, 1, 3, 5));
        assertEquals(Reason.DEVICE_TOO_OLD, no.reason());
        assertTrue(no.detail().contains("Stub 1, has compute capability 3.5"), no.detail());
    }

    @Test
    void describesDevices() throws Exception {
        Availability.Available yes =
                assertInstanceOf(Availability.Available.class, driver(13000, 0, 2, 9, 0).probe());
        assertEquals(2, yes.devices().size());
        assertEquals("Stub 1", yes.devices().getFirst().name());
        assertEquals(
                "compute capability 9.0, 132 multiprocessors, 81920 MiB, driver for CUDA 13.0",
                yes.devices().getFirst().detail());
    }

    @Test
    void canBeSwitchedOff() {
        String before = System.setProperty("segloss.cuda", "off");
        try {
            Availability.Unavailable no = no(new CudaProbe());
            assertEquals(Reason.SWITCHED_OFF, no.reason());
            assertEquals("it was switched off by -Dsegloss.cuda=off", no.detail());
        } finally {
            if (before == null) {
                System.clearProperty("segloss.cuda");
            } else {
                System.setProperty("segloss.cuda", before);
            }
        }
    }

    @Test
    void isFoundAsAServiceAndRefusesToOpenWithItsReason() {
        CudaBackendProvider provider =
                Backends.providers().stream()
                        .filter(CudaBackendProvider.class::isInstance)
                        .map(CudaBackendProvider.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertEquals(5, provider.priority());
        Availability answer = provider.probe();
        assumeTrue(
                answer instanceof Availability.Unavailable,
                "this machine has a usable CUDA device");
        String detail = ((Availability.Unavailable) answer).detail();
        BackendUnavailableException e =
                assertThrows(
                        BackendUnavailableException.class,
                        () -> provider.open(BackendOptions.DEFAULT));
        assertTrue(e.getMessage().contains(detail), e.getMessage());
    }
}
