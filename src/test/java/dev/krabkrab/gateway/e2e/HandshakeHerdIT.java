package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many handshakes behind one another where only one is worked on at a time. */
class HandshakeHerdIT {
  private static final int HERD = 400;
  private static final int HONEST = 40;

  /** Well-formed, so that it has to be checked. */
  private static final String WRONG = DeviceKeys.fresh().sign("something else");

  @Test
  void aHerdOfForgersIsRefusedOneAfterTheOtherAndNobodyElseWaitsForThem() {
    String narrow =
        "{gateway:{auth:{token:'"
            + Cluster.TOKEN
            + "'},limits:{handshakes:1,handshakesWaiting:"
            + "100000}}}";
    try (Cluster cluster = Cluster.of(1, narrow)) {
      DeviceKeys keys = DeviceKeys.fresh();
      Connect forged =
          Connect.operator(4)
              .device(keys)
              .token(Cluster.TOKEN)
              .spoil(params -> params.withObject("/device").put("signature", WRONG));
      List<Peer> herd = new ArrayList<>();
      for (int i = 0; i < HERD; i++) {
        herd.add(Peer.open(cluster.port(0)));
      }
      List<Peer> honest = new ArrayList<>();
      for (int i = 0; i < HONEST; i++) {
        honest.add(Peer.open(cluster.port(0)));
      }
      for (Peer peer : honest) {
        peer.socket().send(RawSocket.text(peer.connectFrame(genuine(), "c0")));
      }
      for (Peer peer : herd) {
        peer.socket().send(RawSocket.text(peer.connectFrame(forged, "c0")));
      }

      honest.forEach(peer -> assertThat(peer.answer("c0").path("ok").asBoolean()).isTrue());
      for (Peer peer : herd) {
        assertThat(peer.answer("c0").path("ok").asBoolean()).isFalse();
        assertThat(peer.closed().code()).isEqualTo(1008);
      }
      honest.forEach(peer -> peer.ok("health", "{}"));
      herd.forEach(Peer::close);
      honest.forEach(Peer::close);
    }
  }

  private static Connect genuine() {
    return Connect.operator(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
  }
}
