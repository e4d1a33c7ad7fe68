package dev.krabkrab.gateway.access.audit;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Who writes entries, and by which clock.
 *
 * @param instance name that the entries carry
 * @param random for the waits between attempts to write
 */
public record AuditSource(String instance, InstantSource clock, RandomGenerator random) {}
