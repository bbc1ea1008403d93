package io.github.segloss.conformance;

import io.github.segloss.tensor.DType;
import java.util.List;

/**
 * What became of a folder of golden files.
 *
 * @param losses one row for each loss or other kind and element type, in the order of the files
 * @param unknown what was not checked, each with its reason: losses and kinds that are not known here, fields that the schema does not have
 * @param cases how many cases were checked, once for each element type
 * @param passed how many of them passed
 * @param ok whether all passed, and there was at least one
 */
public record GoldenReport(
        List<LossSummary> losses, List<String> unknown, int cases, int passed, boolean ok) {
    /**
     * Copies the lists.
     *
     * @param losses the rows
     * @param unknown what was not checked
     * @param cases how many cases were checked
     * @param passed how many passed
     * @param ok whether all passed
     */
    public GoldenReport {
        losses = List.copyOf(losses);
        unknown = List.copyOf(unknown);
    }

    /**
     * What became of the cases of one loss with one element type.
     *
     * @param loss the canonical id of the loss, or the kind
     * @param dtype the element type of the prediction
     * @param cases how many cases were checked
     * @param passed how many passed
     * @param worstValueError the largest error of a value, relative to max(1, |expected|); infinite if one is not a number
     * @param worstGradientError the largest error of a gradient, relative to its largest element; infinite if one is not a number
     * @param failures one sentence for each case that failed
     */
    public record LossSummary(
            String loss,
            DType dtype,
            int cases,
            int passed,
            double worstValueError,
            double worstGradientError,
            List<String> failures) {
        /**
         * Copies the list.
         *
         * @param loss the loss or kind
         * @param dtype the element type
         * @param cases how many cases were checked
         * @param passed how many passed
         * @param worstValueError the largest error of a value
         * @param worstGradientError the largest error of a gradient
         * @param failures what failed
         */
        public LossSummary {
            failures = List.copyOf(failures);
        }

        /** {@return whether all cases passed} */
        public boolean isOk() {
            return passed == cases;
        }
    }
}
