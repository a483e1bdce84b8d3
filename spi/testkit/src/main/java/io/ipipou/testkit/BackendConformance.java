package io.ipipou.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ipipou.spi.plan.Verb;
import io.ipipou.spi.state.Resource;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What every backend must do, as test cases on a kernel. A backend's test extends this class and provides the kernel;
 * nothing else needs to be overridden. The cases are in one interface per subject.
 */
public abstract class BackendConformance
        implements ListenerCases,
                TunnelCases,
                TunnelFieldCases,
                UnmanagedObjectCases,
                AddressCases,
                RouteCases,
                NftTableCases,
                NftRuleCases,
                NftElementCases,
                ExecuteCases {

    private Host host;

    /** A new kernel for each case. */
    protected abstract KernelUnderTest kernel() throws Exception;

    @BeforeEach
    void openHost() throws Exception {
        host = new Host(kernel());
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Override
    public Host host() {
        return host;
    }

    /** Fails for a kind of object that was added to the SPI until it has cases. */
    @Test
    void everyVerbOnEveryKindOfObjectHasACase() throws ReflectiveOperationException {
        Set<String> wanted = new TreeSet<>();
        for (String kind : kindsOfTheSpi()) {
            Arrays.stream(Verb.values()).forEach(verb -> wanted.add(verb + " " + kind));
        }
        Set<String> covered = new TreeSet<>();
        for (Method method : getClass().getMethods()) {
            Covers covers = method.getAnnotation(Covers.class);
            if (covers != null && method.isAnnotationPresent(Test.class)) {
                covered.add(covers.verb() + " " + covers.kind());
            }
        }
        assertThat(wanted).hasSizeGreaterThanOrEqualTo(18);
        assertThat(covered).isEqualTo(wanted);
    }

    private static Set<String> kindsOfTheSpi() throws ReflectiveOperationException {
        List<Class<?>> resources = ReflectionSupport.findAllClassesInPackage(
                Resource.class.getPackageName(),
                type -> type.isRecord() && Resource.class.isAssignableFrom(type),
                name -> true);
        Set<String> kinds = new TreeSet<>();
        for (Class<?> type : resources) {
            kinds.add((String) type.getField("KIND").get(null));
        }
        return Collections.unmodifiableSet(kinds);
    }
}
