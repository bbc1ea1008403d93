package io.github.segloss.conformance;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The groups of rules, each with its tests and, for {@code docs/conformance.md}, a line on every rule. */
enum RuleGroup {
    POINTWISE(
            "Pointwise ops",
            PointwiseRules::tests,
            List.of(
                    new Rule(
                            "required_op_{op}_{type}",
                            "On the pixels the op gives what float64 gives, rounded, at zeros of both signs, denormals, the largest numbers, infinities and NaN, and over the whole range."),
                    new Rule(
                            "required_op_{op}_onTables",
                            "The same on tables, which are float64 whatever the type of the pixels."))),

    BROADCASTING(
            "Broadcasting, choices and labels",
            BroadcastRules::tests,
            List.of(
                    new Rule(
                            "required_broadcast_everyPairOfExtents_{type}",
                            "Two values of any two of the eight extents are combined along the axes that either has."),
                    new Rule(
                            "required_choice_select_{type}",
                            "A select takes one branch, and the other has no influence, not even as NaN."),
                    new Rule(
                            "required_choice_logic_{type}",
                            "and, or and not have their truth tables; a comparison with NaN is false."),
                    new Rule(
                            "required_classMix_{type}",
                            "A matrix times the class vectors of the pixels, plain and transposed, for up to 17 classes."),
                    new Rule(
                            "required_labels_{labels}_{type}",
                            "Labels of every integer type are compared as integers: none is confused with another, not even 2^24 with 2^24 + 1."))),

    REDUCTIONS(
            "Reductions",
            ReductionRules::tests,
            List.of(
                    new Rule(
                            "required_reduce_{reduction}_{type}",
                            "The reduction of every extent over every set of axes, at sizes that fill no tile and no vector."),
                    new Rule(
                            "required_reduce_sumIsCarriedInFloat64_{type}",
                            "A sum over the pixels is carried in float64: ones are not lost beside 2^27."),
                    new Rule(
                            "required_reduce_extremesPropagateNaN_{type}",
                            "A maximum or minimum is NaN exactly where one of its elements is."),
                    new Rule(
                            "required_reduce_argmaxTakesTheLowestOfEquals_{type}",
                            "Of equal classes the lowest wins; both zeros are equal, and so are infinities."),
                    new Rule(
                            "required_reduce_size_{type}",
                            "The size of any axes is that of the run."))),

    STRUCTURED(
            "Ranked sums, distance transforms and windows",
            StructuredRules::tests,
            List.of(
                    new Rule(
                            "required_rankedSum_distinctKeys_{type}",
                            "Sums go by key descending, over the pixels of a sample or of all samples, for keys and values of every extent."),
                    new Rule(
                            "required_rankedSum_tiesGoByIndex_{type}",
                            "Elements of equal keys come in the order of their index."),
                    new Rule(
                            "required_rankedSum_minusInfinityIsLeftOut_{type}",
                            "A key of minus infinity is in no sum, and its own sum is 0."),
                    new Rule(
                            "required_rankedSum_zerosOfBothSignsAreEqual_{type}",
                            "Keys of 0 and -0 are equal, read or computed, so their order is that of the index."),
                    new Rule(
                            "required_rankedSum_nanComesFirst_{type}",
                            "Keys of NaN rank before infinity, in the order of their index, whatever their sign."),
                    new Rule(
                            "required_rankedSum_sharedSort_{type}",
                            "Several sums over the same computed keys are right together; the sum of ones is the rank."),
                    new Rule(
                            "required_distanceTransform_plain_{type}",
                            "The exact Euclidean distance to the nearest false pixel in one to three dimensions."),
                    new Rule(
                            "required_distanceTransform_spacing_{type}",
                            "The same with another spacing along each axis."),
                    new Rule(
                            "required_distanceTransform_allTrueAndAllFalse_{type}",
                            "A mask without false pixels has distance 0 everywhere, and so has one without true ones."),
                    new Rule(
                            "required_window_{window}_{type}",
                            "The extreme over a neighbourhood, its adjoint and the adjoint of that; equals share."))),

    VJPS(
            "Gradients of ops",
            VjpRules::tests,
            List.of(
                    new Rule(
                            "required_vjp_{op}_{type}",
                            "The gradient of the op is the derivative written down, also at corners, ties, edges and powers of 0."),
                    new Rule(
                            "required_vjp_reduce_{reduction}_{type}",
                            "A sum gives each element what comes from above; an extreme gives it to the lowest class, or to all equals alike."),
                    new Rule(
                            "required_vjp_broadcast_everyPairOfExtents_{type}",
                            "The gradient of a value sums over the axes along which it was repeated."),
                    new Rule(
                            "required_vjp_classMix_{type}",
                            "The gradient of a mix of classes is the mix by the transposed matrix."))),

    SHAPES(
            "Shapes and logits of every size",
            ShapeRules::tests,
            List.of(
                    new Rule(
                            "required_shape_{space}_{type}",
                            "Soft Dice plus cross-entropy, value and gradient, at 1, 2, 3, 5, 17 and 104 classes and one and two samples of this spatial size, up to 110,000 elements."),
                    new Rule(
                            "required_formula_sigmoid_{type}",
                            "p, 1 - p and their logarithms of logits from denormals to a quarter of the largest number are finite and right."),
                    new Rule(
                            "required_formula_softmax_{type}",
                            "The same of a softmax over every pair of such logits."))),

    GENERATED(
            "Generated programs",
            GeneratedPrograms::tests,
            List.of(
                    new Rule(
                            "required_generated_programs_{part}",
                            "Random graphs over all ops agree with the reference within the bound that each element has."),
                    new Rule(
                            "required_generated_gradients",
                            "The gradient of a random graph is the slope of its value, where that is smooth."))),

    LOSSES(
            "Losses",
            LossRules::tests,
            List.of(
                    new Rule(
                            "required_loss_{loss}_options",
                            "Value and gradient agree with the reference under every two options and parameters together."),
                    new Rule(
                            "required_loss_{loss}_shapes",
                            "The same at one channel and many, one pixel and many, in one to three dimensions."),
                    new Rule(
                            "required_loss_{loss}_saturated",
                            "The same at logits of all magnitudes up to 40."),
                    new Rule(
                            "required_loss_{loss}_nanUnderMask",
                            "NaN at pixels that do not count changes no bit of value and gradient."),
                    new Rule(
                            "optional_loss_{loss}_{narrow}",
                            "Predictions of a 16-bit type, computed in float32."))),

    DERIVATIVES(
            "Derivatives",
            GradientChecks::tests,
            List.of(
                    new Rule(
                            "required_gradient_{loss}",
                            "The gradient is the slope of the value, along a random direction and at every element."),
                    new Rule(
                            "required_secondDerivative_{loss}",
                            "The Hessian times a direction is the slope of the gradient, at random logits and at 0."))),

    LAWS(
            "Laws",
            Laws::tests,
            List.of(
                    new Rule(
                            "required_law_{loss}_{law}",
                            "A law that the loss declares holds, such as that a mask is the removal of pixels."))),

    CONTRACT(
            "The contract of a run",
            ContractRules::tests,
            List.of(
                    new Rule(
                            "required_contract_sameBitsAgain_{loss}",
                            "Twenty runs on the same input give the same bits, in every wide type."),
                    new Rule(
                            "required_contract_sameBitsFromManyThreads_{loss}",
                            "So do runs from several threads at once, each on an input of its own."),
                    new Rule(
                            "required_contract_sameBitsForAnyNumberOfThreads_{loss}",
                            "So do backends opened with one, two and three threads."),
                    new Rule(
                            "required_contract_overwritesTheGradient_{loss}",
                            "The gradient goes into the tensor that was given, whatever was in it."),
                    new Rule(
                            "required_contract_accumulatesIntoTheGradient_{loss}",
                            "Or is added to it, if that is asked for."),
                    new Rule(
                            "required_contract_upstreamScalar_{loss}",
                            "An upstream gradient is a factor of the gradient."),
                    new Rule(
                            "required_contract_upstreamOfEachValue_{loss}",
                            "Without reduction there is one for each value, and their parts add up."),
                    new Rule(
                            "required_contract_valueOnly_{loss}",
                            "The value alone is that of both, and a gradient that was not asked for is refused."),
                    new Rule(
                            "required_contract_memoryOffTheHeapAndUnaligned_{loss}",
                            "The bits are the same wherever the tensors are, at any byte."),
                    new Rule(
                            "required_contract_uploadAndDownload",
                            "A tensor of any type comes back as it went."),
                    new Rule(
                            "optional_labels_{labels}",
                            "Labels of another integer type give the same bits."))),

    MEMORY(
            "Memory",
            MemoryRules::tests,
            List.of(
                    new Rule(
                            "required_memory_tensorsAreNotKept",
                            "After a call the backend keeps none of the arrays that it was given."),
                    new Rule(
                            "required_memory_closedBackendsAreFreed",
                            "Nothing holds a backend that was closed."))),

    REFUSALS(
            "Refusals",
            RefusalRules::tests,
            List.of(
                    new Rule(
                            "required_refusal_badInputsAreLocated",
                            "A label out of range, a NaN and a mask that is not 0 or 1 are refused with their value and position."),
                    new Rule(
                            "required_refusal_worksAfterwards",
                            "After a refusal the next call gives the same bits as before."),
                    new Rule(
                            "required_refusal_closedExecutable",
                            "A closed executable refuses to run; closing twice does nothing."),
                    new Rule(
                            "required_refusal_closedBackend",
                            "A closed backend refuses to compile; closing twice does nothing."),
                    new Rule(
                            "required_refusal_wrongArguments",
                            "Tensors and tables that are missing, or of another size or type, are refused before anything runs."),
                    new Rule(
                            "required_compile_onceForAllSizes",
                            "Other sizes run on what was compiled for the first."),
                    new Rule(
                            "required_probe_isSteady",
                            "A probe says the same each time, and the name is in lower case.")));

    private final String title;
    private final Function<Subject, Stream<DynamicTest>> tests;
    private final List<Rule> rules;

    RuleGroup(String title, Function<Subject, Stream<DynamicTest>> tests, List<Rule> rules) {
        this.title = title;
        this.tests = tests;
        this.rules = rules;
    }

    /** What the rules are about. */
    String title() {
        return title;
    }

    /** The rules, each of which every test of the group belongs to exactly one of. */
    List<Rule> rules() {
        return rules;
    }

    Stream<DynamicTest> tests(Subject subject) {
        return tests.apply(subject);
    }

    /** The tests on the backend of a test class, which is open while they run. */
    Stream<DynamicTest> on(BackendConformance kit) {
        Subject subject = Subject.open(kit.provider());
        return RuleRun.of(subject, kit.getClass(), tests(subject));
    }
}
