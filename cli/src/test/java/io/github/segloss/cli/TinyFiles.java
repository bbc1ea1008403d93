package io.github.segloss.cli;

import io.github.segloss.images.Affine;
import io.github.segloss.images.Image;
import io.github.segloss.images.Images;
import io.github.segloss.tensor.Tensor;
import java.nio.file.Path;

/** Writes the small files of the tests. */
record TinyFiles(Path folder) {
    Path bytes(String name, int[] values, long... shape) {
        byte[] data = new byte[values.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) values[i];
        }
        return write(name, Tensor.wrap(data, shape));
    }

    Path floats(String name, double[] values, long... shape) {
        float[] data = new float[values.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) values[i];
        }
        return write(name, Tensor.wrap(data, shape));
    }

    Path doubles(String name, double[] values, long... shape) {
        return write(name, Tensor.wrap(values.clone(), shape));
    }

    /** A volume of labels, 2 mm along z and 1 mm along the others. */
    Path volume(String name, Affine affine, int[] values, long... shape) {
        byte[] data = new byte[values.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) values[i];
        }
        double[] spacing = {2, 1, 1};
        return write(name, new Image(Tensor.wrap(data, shape), spacing, affine, null, null));
    }

    /** 2 mm along z, with the first voxel at some x. */
    static Affine affine(double x) {
        return Affine.of(1, 0, 0, x, 0, 1, 0, 0, 0, 0, 2, 0);
    }

    private Path write(String name, Tensor data) {
        return write(name, Image.of(data));
    }

    private Path write(String name, Image image) {
        Path file = folder.resolve(name);
        Images.write(file, image);
        return file;
    }
}
