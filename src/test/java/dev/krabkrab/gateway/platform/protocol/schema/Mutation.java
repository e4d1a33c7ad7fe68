package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value made from a sample by one change.
 *
 * @param label names the place and the change
 * @param closed whether a schema that refuses unknown properties takes it
 * @param open whether a schema that ignores unknown properties takes it
 */
record Mutation(String label, JsonNode value, boolean closed, boolean open) {}
