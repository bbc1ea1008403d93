package io.github.segloss.vector;

import io.github.segloss.backend.BackendOptions;
import io.github.segloss.runtime.Session;
import java.util.Locale;

/** Opens sessions on this backend whose passes run on a tier of one's own choice. */
final class TierSession {
    private TierSession() {}

    /** {@return a session of two threads; the property is read when it is opened, and is then what it was} */
    static Session open(Tier tier) {
        String before = System.getProperty(Tier.PROPERTY, "auto");
        System.setProperty(Tier.PROPERTY, tier.name().toLowerCase(Locale.ROOT));
        try {
            return Session.on(new VectorBackendProvider().open(new BackendOptions(2, 0)));
        } finally {
            System.setProperty(Tier.PROPERTY, before);
        }
    }
}
