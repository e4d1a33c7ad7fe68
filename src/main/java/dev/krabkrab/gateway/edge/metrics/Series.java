package dev.krabkrab.gateway.edge.metrics;

import java.util.List;

/**
 * Every series of our own, under the name Prometheus shows but for the {@code _total} of counters.
 * Names of the reference gateway are kept where the meaning is the same. docs/operations/metrics.md
 * says more of each.
 */
enum Series {
  REQUESTS("openclaw_gateway_rpc_requests", "Requests that arrived.", "method"),
  CALLS("krabkrab_rpc_calls", "Requests answered, by how they ended.", "method", "outcome"),
  FIRST_RESPONSE(
      "openclaw_gateway_rpc_first_response_seconds",
      "From the arrival of a request to its first answer.",
      "method"),
  LOOP_DELAY(
      "openclaw_gateway_event_loop_delay_max_seconds",
      "Longest delay of any event loop in each window of 5 seconds."),
  CONNECTIONS("krabkrab_connections", "Connections that are through their handshake.", "role"),
  HANDSHAKING("krabkrab_connections_handshaking", "Connections in the middle of it."),
  HANDSHAKES("krabkrab_handshakes", "Handshakes, by how they ended.", "outcome"),
  HANDSHAKE_TIME("krabkrab_handshake_seconds", "From an open socket to hello-ok."),
  DELIVERED(
      "krabkrab_events_delivered", "Events queued, each connection counts.", "event", "class"),
  DROPPED("krabkrab_events_dropped", "Events skipped for slow connections.", "event"),
  SLOW_CLOSES("krabkrab_slow_consumer_closes", "Connections closed because they were too slow."),
  CUTS("krabkrab_sockets_cut", "Sockets ended that took more than their part.", "reason"),
  BACKLOGGED("krabkrab_outbox_backlogged_connections", "Connections with bytes not taken yet."),
  PENDING_BYTES("krabkrab_outbox_pending_bytes", "Bytes not taken yet, of all connections."),
  LARGEST_BYTES("krabkrab_outbox_largest_bytes", "Bytes the slowest connection has not taken."),
  APPROVALS("krabkrab_approvals_pending", "Approvals that wait for a decision, cluster-wide."),
  OLDEST_APPROVAL("krabkrab_approvals_oldest_age_seconds", "How long the oldest of them waits."),
  NO_ROUTE("krabkrab_approvals_without_route", "Approvals that nobody connected could decide."),
  INVOKES("krabkrab_node_invokes", "Invokes of connected nodes, by how they ended.", "outcome"),
  INVOKES_IN_FLIGHT("krabkrab_node_invokes_in_flight", "Invokes whose node has yet to answer."),
  NODE_EVENTS_REFUSED(
      "krabkrab_node_events_refused", "Events of nodes for sessions and runs that are not theirs."),
  MESSAGES("krabkrab_channel_messages", "Messages of people and to them.", "channel", "outcome"),
  MESSAGES_WAITING("krabkrab_channel_waiting", "Messages that wait to be sent.", "channel"),
  OLDEST_MESSAGE(
      "krabkrab_channel_oldest_age_seconds", "How long the oldest of them waits.", "channel"),
  CRON_RUNS("krabkrab_cron_runs", "Runs of jobs that began."),
  CRON_FAILURES("krabkrab_cron_failures", "Runs of jobs that failed."),
  CRON_LATE("krabkrab_cron_late_seconds", "From a due time to the beginning of its run."),
  HEARTBEATS("krabkrab_heartbeats", "Heartbeats, by how they ended.", "outcome"),
  AUDIT_ENTRIES("krabkrab_audit_entries", "Entries written to the audit trail.", "action"),
  AUDIT_DROPPED("krabkrab_audit_dropped", "Entries given up because too many waited."),
  AUDIT_WAITING("krabkrab_audit_waiting", "Entries that wait to be written."),
  REDIS_LINKS("krabkrab_redis_links", "Connections to Redis this instance wants."),
  REDIS_CONNECTED("krabkrab_redis_links_connected", "Connections to Redis it has."),
  REDIS_RECONNECTS("krabkrab_redis_reconnects", "Connections to Redis made again."),
  REDIS_TIME("krabkrab_redis_command_seconds", "From a command to the answer of Redis."),
  REDIS_OUTSTANDING("krabkrab_redis_commands_outstanding", "Commands Redis has yet to answer."),
  REDIS_LATE("krabkrab_redis_late_commands", "Commands given up for want of an answer."),
  REDIS_REFUSALS(
      "krabkrab_redis_refusals", "Commands Redis refused because it cannot serve now.", "kind"),
  BACKPLANE_TIME("krabkrab_backplane_latency_seconds", "From publishing to receiving."),
  ECHOES_LOST("krabkrab_backplane_echoes_lost", "Messages to itself that did not come back."),
  SUBSCRIBED("krabkrab_backplane_subscribed", "1 while messages of other instances arrive."),
  SUBSCRIPTIONS_LOST("krabkrab_backplane_subscriptions_lost", "Times they ceased to arrive."),
  INSTANCES("krabkrab_instances", "Live instances that this one knows of."),
  PRESENCE("krabkrab_presence_rows", "Lines of presence that this instance knows."),
  READY("krabkrab_ready", "1 while new connections are welcome."),
  DEGRADED("krabkrab_degraded", "1 while it is ready without Redis or the other instances."),
  DRAINING("krabkrab_draining", "1 while clients are being sent away."),
  DRAIN_CLIENTS("krabkrab_drain_clients", "Connections there were when that began."),
  DRAIN_REMAINING("krabkrab_drain_clients_remaining", "Connections not gone yet."),
  LIMIT("krabkrab_limit", "What this instance takes on, by gateway.limits.", "limit"),
  LIMIT_USED("krabkrab_limit_used", "How much of it is used, in its unit.", "limit"),
  CERTIFICATE_ENDS(
      "krabkrab_tls_certificate_expiry_timestamp_seconds",
      "When the served certificate ends, 0 without TLS."),
  PROCESS_CPU("process_cpu_seconds", "Processor time of the process."),
  OPEN_FILES("process_open_fds", "Files open, sockets included."),
  MAX_FILES("process_max_fds", "Files that may be open."),
  PROCESSORS("system_processors", "Processors the process may use."),
  GC("jvm_gc_collection_seconds", "Collections, and the time they took.", "gc"),
  BUILD(
      "krabkrab.build.info",
      "Always 1; which build runs on which Java.",
      "version",
      "java",
      "instance_id");

  private final String wire;
  private final String help;
  private final String tags;

  Series(String wire, String help, String... tags) {
    this.wire = wire;
    this.help = help;
    this.tags = String.join(",", tags);
  }

  String wire() {
    return wire;
  }

  String help() {
    return help;
  }

  /** Its own tags, in the order their values are given in. */
  List<String> tags() {
    return tags.isEmpty() ? List.of() : List.of(tags.split(","));
  }
}
