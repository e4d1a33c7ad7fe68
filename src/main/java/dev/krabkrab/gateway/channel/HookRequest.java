package dev.krabkrab.gateway.channel;

import java.util.function.UnaryOperator;

/**
 * A post to {@code /channels/<channel>/<accountId>}.
 *
 * @param headers a header by its name in lower case, or an empty text
 * @param body as it came, so that signatures can be checked
 */
public record HookRequest(UnaryOperator<String> headers, byte[] body) {}
