package dev.krabkrab.gateway.channel;

/**
 * The Redis stores of channels.
 *
 * @param accounts the state of accounts
 * @param senders who was let in
 * @param waiting what waits to be sent
 */
record ChannelStores(ChannelStore accounts, SenderStore senders, OutboxStore waiting) {}
