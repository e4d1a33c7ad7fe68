package dev.krabkrab.gateway.platform.rpc;

/**
 * One wire method as data. Protocol 01d §8.3.
 *
 * @param name wire name
 * @param index its place in the catalogue, from 0
 * @param access who may call it
 * @param listed whether {@code hello-ok.features.methods} names it once it does its work
 * @param idempotent whether it needs an idempotency key and runs once for each
 */
public record MethodSpec(
    String name, int index, Access access, boolean listed, boolean idempotent) {}
