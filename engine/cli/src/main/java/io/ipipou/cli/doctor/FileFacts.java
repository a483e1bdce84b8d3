package io.ipipou.cli.doctor;

import io.ipipou.core.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files that a host is configured by.
 *
 * @param identity the same for every way to name the same configuration
 * @param config empty if it is standard input or of a repository
 * @param warnings about its content
 * @param secrets names of settings that are secret
 * @param plugins directories that plugins are loaded from
 */
public record FileFacts(
        String identity, Optional<Path> config, List<Problem> warnings, Set<String> secrets, List<Path> plugins) {}
