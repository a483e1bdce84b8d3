package io.ipipou.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test, or all tests of a class, that {@code ./check} runs on every supported kernel. README.md says how to choose. */
@Tag("kernel-dependent")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@interface KernelDependent {}
