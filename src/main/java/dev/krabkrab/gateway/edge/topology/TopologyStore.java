package dev.krabkrab.gateway.edge.topology;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.Replies;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Keeps the reports of all instances beside their leases. */
final class TopologyStore {
  private static final LuaScript REPORT = LuaScript.load("lua/edge/topology/report.lua");

  private final RedisLink link;

  TopologyStore(RedisLink link) {
    this.link = link;
  }

  /**
   * All reports at one moment.
   *
   * @param nowMs that moment, by the clock of Redis
   */
  record Reading(long nowMs, List<Row> rows) {
    Reading {
      rows = List.copyOf(rows);
    }
  }

  /**
   * One instance.
   *
   * @param writtenMs when it wrote its report, by the clock of Redis
   * @param goneMs since when it is known to have no lease; 0 while it has one
   * @param report what it wrote
   */
  record Row(String instance, long writtenMs, long goneMs, ObjectNode report) {}

  /**
   * Writes an instance's report and reads all.
   *
   * @param keepGoneMs how long those that are gone are kept
   */
  Future<Reading> report(String instance, ObjectNode report, long keepGoneMs) {
    List<String> keys =
        List.of(
            link.settings().key("instances", "leases"),
            link.settings().key("instances", "reports"));
    return link.run(REPORT, keys, List.of(instance, Json.text(report), Long.toString(keepGoneMs)))
        .map(reply -> new Reading(Replies.number(reply.get(0)), rows(Replies.texts(reply.get(1)))));
  }

  private static List<Row> rows(List<String> parts) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i + 3 < parts.size(); i += 4) {
      if (Json.tryParse(parts.get(i + 3).getBytes(StandardCharsets.UTF_8))
          instanceof ObjectNode report) {
        rows.add(
            new Row(
                parts.get(i),
                Long.parseLong(parts.get(i + 1)),
                Long.parseLong(parts.get(i + 2)),
                report));
      }
    }
    return rows;
  }

  /** Which server Redis is: {@code kind}, {@code version} and {@code mode}, as far as it says. */
  Future<ObjectNode> server() {
    return link.send(Request.cmd(Command.INFO).arg("server"))
        .map(reply -> server(String.valueOf(Replies.text(reply))));
  }

  static ObjectNode server(String info) {
    ObjectNode server = Json.object().put("kind", "redis");
    for (String line : info.split("\r?\n")) {
      String[] pair = line.split(":", 2);
      if (pair.length == 2) {
        switch (pair[0]) {
          case "redis_version" -> server.putIfAbsent("version", Json.object().textNode(pair[1]));
          case "valkey_version" -> server.put("kind", "valkey").put("version", pair[1]);
          case "redis_mode", "server_mode" -> server.put("mode", pair[1]);
          default -> {}
        }
      }
    }
    return server;
  }
}
