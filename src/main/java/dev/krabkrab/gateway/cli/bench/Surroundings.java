package dev.krabkrab.gateway.cli.bench;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run takes from outside.
 *
 * @param devices makes identities; any thread
 * @param meter what the gateway uses; null when nobody says
 * @param clock wall clock, milliseconds
 * @param runId makes ids of this run differ from those of any other
 * @param progress told a line each second; null for nobody
 */
public record Surroundings(
    Supplier<Device> devices,
    @Nullable ServerMeter meter,
    LongSupplier clock,
    String runId,
    @Nullable Consumer<String> progress) {}
