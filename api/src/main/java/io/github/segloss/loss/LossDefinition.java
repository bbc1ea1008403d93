package io.github.segloss.loss;

import io.github.segloss.InvalidParameterException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Everything about a loss that is not its formula in code: what catalogs print, what parameters are checked against, which laws are tested. */
public final class LossDefinition {
    private final String id;
    private final Family family;
    private final String title;
    private final String formula;
    private final String source;
    private final String purpose;
    private final String relations;
    private final String traps;
    private final List<ParameterSpec> parameters;
    private final Set<Law> laws;
    private final Function<ParameterValues, Loss> factory;

    private LossDefinition(Builder b, Function<ParameterValues, Loss> factory) {
        this.id = b.id;
        this.family = b.family;
        this.title = b.title;
        this.formula = b.formula;
        this.source = b.source;
        this.purpose = b.purpose;
        this.relations = b.relations;
        this.traps = b.traps;
        this.parameters = List.copyOf(b.parameters);
        this.laws = Set.copyOf(b.laws);
        this.factory = factory;
    }

    /**
     * {@return a builder}
     *
     * @param id the canonical id, in lower case with underscores
     * @param family the family whose meaning of the options holds
     */
    public static Builder of(String id, Family family) {
        return new Builder(id, family);
    }

    /** {@return the canonical id} */
    public String id() {
        return id;
    }

    /** {@return the family} */
    public Family family() {
        return family;
    }

    /** {@return the name in words} */
    public String title() {
        return title;
    }

    /** {@return the formula as text} */
    public String formula() {
        return formula;
    }

    /** {@return the paper, with equation and DOI where known} */
    public String source() {
        return source;
    }

    /** {@return what the loss is for} */
    public String purpose() {
        return purpose;
    }

    /** {@return how it relates to other losses; may be empty} */
    public String relations() {
        return relations;
    }

    /** {@return known traps; may be empty} */
    public String traps() {
        return traps;
    }

    /** {@return the parameters in order} */
    public List<ParameterSpec> parameters() {
        return parameters;
    }

    /** {@return the laws that hold} */
    public Set<Law> laws() {
        return laws;
    }

    /**
     * {@return one parameter}
     *
     * @param name its name
     * @throws InvalidParameterException if the loss has none of this name
     */
    public ParameterSpec parameter(String name) {
        return parameters.stream()
                .filter(spec -> spec.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private InvalidParameterException unknown(String name) {
        String known =
                parameters.isEmpty()
                        ? "it has no parameters"
                        : "its parameters are "
                                + parameters.stream()
                                        .map(ParameterSpec::name)
                                        .collect(Collectors.joining(", "));
        return new InvalidParameterException(id + ": unknown parameter '" + name + "'; " + known);
    }

    /**
     * Checks one value, for the compact constructors of loss records.
     *
     * @param name the parameter
     * @param value its value
     * @throws InvalidParameterException if it is not allowed
     */
    public void check(String name, @Nullable Object value) {
        var _ = parameter(name).check(id, value);
    }

    /**
     * {@return all parameters: those given, checked, and the defaults of the others}
     *
     * @param given values by name, as numbers, booleans, lists or text
     * @throws InvalidParameterException if one is unknown, missing or not allowed
     */
    public ParameterValues values(Map<String, ? extends @Nullable Object> given) {
        for (String name : given.keySet()) {
            ParameterSpec _ = parameter(name);
        }
        SequencedMap<String, @Nullable Object> values = new LinkedHashMap<>();
        for (ParameterSpec spec : parameters) {
            if (given.containsKey(spec.name())) {
                values.put(spec.name(), spec.check(id, given.get(spec.name())));
            } else if (spec.isRequired()) {
                throw new InvalidParameterException(
                        id
                                + ": parameter "
                                + spec.name()
                                + " is missing; it must be "
                                + spec.range());
            } else {
                values.put(spec.name(), spec.defaultValue());
            }
        }
        return new ParameterValues(values);
    }

    /**
     * {@return the loss with the given parameters and the defaults of the others}
     *
     * @param given values by name, as numbers, booleans, lists or text
     * @throws InvalidParameterException if one is unknown, missing or not allowed
     */
    public Loss create(Map<String, ? extends @Nullable Object> given) {
        return factory.apply(values(given));
    }

    @Override
    public String toString() {
        return id;
    }

    /** Builds a definition; every text but relations and traps is required. */
    public static final class Builder {
        private final String id;
        private final Family family;
        private String title = "";
        private String formula = "";
        private String source = "";
        private String purpose = "";
        private String relations = "";
        private String traps = "";
        private final List<ParameterSpec> parameters = new ArrayList<>();
        private final Set<Law> laws = EnumSet.noneOf(Law.class);

        private Builder(String id, Family family) {
            this.id = id;
            this.family = family;
        }

        /**
         * {@return this}
         *
         * @param text the name in words
         */
        public Builder title(String text) {
            this.title = text;
            return this;
        }

        /**
         * {@return this}
         *
         * @param text the formula
         */
        public Builder formula(String text) {
            this.formula = text;
            return this;
        }

        /**
         * {@return this}
         *
         * @param text the paper, with equation and DOI where known
         */
        public Builder source(String text) {
            this.source = text;
            return this;
        }

        /**
         * {@return this}
         *
         * @param text what the loss is for
         */
        public Builder purpose(String text) {
            this.purpose = text;
            return this;
        }

        /**
         * {@return this}
         *
         * @param text how it relates to other losses
         */
        public Builder relations(String text) {
            this.relations = text;
            return this;
        }

        /**
         * {@return this}
         *
         * @param text known traps
         */
        public Builder traps(String text) {
            this.traps = text;
            return this;
        }

        /**
         * {@return this, with parameters added}
         *
         * @param specs the parameters
         */
        public Builder parameters(ParameterSpec... specs) {
            parameters.addAll(List.of(specs));
            return this;
        }

        /**
         * {@return this, with parameters added}
         *
         * @param specs the parameters
         */
        public Builder parameters(List<ParameterSpec> specs) {
            parameters.addAll(specs);
            return this;
        }

        /**
         * {@return this, with laws added}
         *
         * @param hold the laws that hold
         */
        public Builder laws(Law... hold) {
            laws.addAll(List.of(hold));
            return this;
        }

        /**
         * {@return the definition}
         *
         * @param factory makes the loss of checked parameters
         */
        public LossDefinition create(Function<ParameterValues, Loss> factory) {
            for (String text : List.of(title, formula, source, purpose)) {
                if (text.isEmpty()) {
                    throw new IllegalStateException(
                            "the definition of "
                                    + id
                                    + " lacks a title, formula, source or purpose");
                }
            }
            return new LossDefinition(this, factory);
        }
    }
}
