package dev.krabkrab.gateway.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A channel as later ones plug in. Protocol 03 §5 to §7. */
class ChannelServiceTest {
  private boolean documentValid = true;

  private static class Letters implements Channel {
    @Override
    public String id() {
      return "letters";
    }

    @Override
    public String label() {
      return "Letters";
    }

    @Override
    public String detailLabel() {
      return "Letters by Post";
    }

    @Override
    public String systemImage() {
      return "envelope";
    }

    @Override
    public String defaultAccount() {
      return "default";
    }

    @Override
    public ObjectNode summary() {
      return Json.object().put("configured", true);
    }

    @Override
    public Future<List<ObjectNode>> accounts(long probeMs) {
      return Future.succeededFuture(
          List.of(Json.object().put("accountId", "default").put("probed", probeMs)));
    }
  }

  private static final class Leaving extends Letters {
    @Override
    public Optional<Logout> logout() {
      return Optional.of(
          account -> Future.succeededFuture(Json.object().put("cleared", account.equals("b"))));
    }
  }

  private ChannelService with(Channel channel) {
    return new ChannelService(
        () -> List.of(channel), () -> documentValid, () -> Instant.ofEpochMilli(7));
  }

  @Test
  void aChannelIsShownWithItsAccounts() {
    assertThat(with(new Letters()).status(5).result())
        .hasToString(
            "{\"ts\":7,\"channelOrder\":[\"letters\"],\"channelLabels\":{\"letters\":\"Letters\"},"
                + "\"channelDetailLabels\":{\"letters\":\"Letters by Post\"},"
                + "\"channelSystemImages\":{\"letters\":\"envelope\"},\"channelMeta\":[{\"id\":"
                + "\"letters\",\"label\":\"Letters\",\"detailLabel\":\"Letters by Post\","
                + "\"systemImage\":\"envelope\"}],\"channels\":{\"letters\":{\"configured\":true}},"
                + "\"channelAccounts\":{\"letters\":[{\"accountId\":\"default\",\"probed\":5}]},"
                + "\"channelDefaultAccountId\":{\"letters\":\"default\"}}");
  }

  @Test
  void onlyAChannelThatCanLogsOut() {
    assertThatThrownBy(() -> with(new Letters()).logout("letters", null))
        .hasMessage("channel letters does not support logout");
    assertThatThrownBy(() -> with(new Leaving()).logout("telegram", null))
        .hasMessage("invalid channels.logout channel");
    assertThat(with(new Leaving()).logout("letters", "b").result())
        .hasToString("{\"channel\":\"letters\",\"accountId\":\"b\",\"cleared\":true}");
    documentValid = false;
    assertThatThrownBy(() -> with(new Leaving()).logout("letters", null))
        .hasMessage("config invalid; fix it before logging out");
  }
}
