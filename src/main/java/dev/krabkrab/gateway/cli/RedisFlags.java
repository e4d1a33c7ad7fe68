package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The flags of {@code krabkrab redis} as given; absent ones are null.
 *
 * @param port loopback port besides the socket, 0..65535; 0 takes a free one
 * @param config configuration file, JSON or JSON5
 * @param stateDir directory that holds the data
 * @param verbose log at debug level
 */
public record RedisFlags(
    @Nullable Integer port, @Nullable Path config, @Nullable Path stateDir, boolean verbose) {}
