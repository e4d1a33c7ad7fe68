package dev.krabkrab.gateway.control.approvals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What {@code exec.approval.list} answers when more is pending than one answer holds: of each
 * device that asks the oldest first, in turn, so that nobody hides another's. What is left out is
 * shown by its event, by {@code exec.approval.get}, and here as soon as others are decided.
 */
final class PendingList {
  /** Bytes of the requests in one answer; clients take a message of 25 MiB. */
  static final int MOST_BYTES = 1024 * 1024;

  /** What a line has besides its request. */
  private static final int PER_LINE = 512;

  private PendingList() {}

  /** Those that fit, oldest first as they are given. */
  static List<Approval> fitting(List<Approval> pending, int mostBytes) {
    long all = pending.stream().mapToLong(PendingList::bytes).sum();
    if (all <= mostBytes) {
      return pending;
    }
    Set<Approval> shown = new HashSet<>();
    long room = mostBytes;
    for (List<Approval> turn : turns(pending)) {
      for (Approval approval : turn) {
        long bytes = bytes(approval);
        if (bytes <= room) {
          room -= bytes;
          shown.add(approval);
        }
      }
    }
    return pending.stream().filter(shown::contains).toList();
  }

  /** The first of each device, then the second of each, and so on. */
  private static List<List<Approval>> turns(List<Approval> pending) {
    List<List<Approval>> turns = new ArrayList<>();
    Map<String, Integer> perDevice = new HashMap<>();
    for (Approval approval : pending) {
      String device = Objects.requireNonNullElse(approval.requester(), "");
      int turn = perDevice.merge(device, 1, Integer::sum) - 1;
      if (turn == turns.size()) {
        turns.add(new ArrayList<>());
      }
      turns.get(turn).add(approval);
    }
    return turns;
  }

  private static long bytes(Approval approval) {
    return (long) PER_LINE + approval.request().text().getBytes(StandardCharsets.UTF_8).length;
  }
}
