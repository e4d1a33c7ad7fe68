package dev.krabkrab.gateway.access.audit;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.access.audit.AuditStore.Appended;
import dev.krabkrab.gateway.access.audit.AuditStore.Batch;
import dev.krabkrab.gateway.access.audit.AuditStore.Outcome;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The chain: what several instances make of it together, and what it tells of those who forge it.
 */
class AuditTrailIT {
  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings redis = TestRedis.settings();
  private final Auditor auditor = new Auditor(vertx, redis, "a", AuditSettings.DEFAULT);

  @AfterEach
  void close() {
    get(vertx.close());
  }

  /** Nothing that lies between two decisions hides the older one, or passes for one. */
  @Test
  void whatIsReadOfOneActionIsFoundAmongAnyOthers() {
    Auditor other = new Auditor(vertx, redis, "b", AuditSettings.DEFAULT);
    get(other.service().enter(decided("first")));
    String forged = "{\"action\":\"approval.resolved\"}";
    get(
        auditor
            .service()
            .enter(
                Auditor.event(
                    AuditAction.NODE_INVOKED,
                    details -> details.put("text", forged).put("approval", "forged"))));
    auditor.enter(2_300);
    get(auditor.service().enter(decided("second")));

    AuditHistory.Past newest = latest(other, null, 1);
    assertThat(approvals(newest)).containsExactly("second");
    assertThat(newest.next()).isNotNull();
    AuditHistory.Past older = latest(other, newest.next(), 1);
    assertThat(approvals(older)).containsExactly("first");
    assertThat(approvals(latest(other, older.next(), 100))).isEmpty();
    AuditHistory.Past all = latest(auditor, null, 100);
    assertThat(approvals(all)).containsExactly("second", "first");
    assertThat(all.next()).isNull();
    long later = System.currentTimeMillis() + 60_000;
    assertThat(get(other.service().latest(AuditAction.APPROVAL_RESOLVED, later, null, 5)).entries())
        .isEmpty();
  }

  private static AuditEvent decided(String id) {
    return Auditor.event(AuditAction.APPROVAL_RESOLVED, details -> details.put("approval", id));
  }

  private static AuditHistory.Past latest(Auditor by, @Nullable String cursor, int most) {
    return get(by.service().latest(AuditAction.APPROVAL_RESOLVED, 0, cursor, most));
  }

  private static List<String> approvals(AuditHistory.Past past) {
    return past.entries().stream().map(entry -> entry.at("/details/approval").asText()).toList();
  }

  @Test
  void threeInstancesMakeOneChain() {
    List<Auditor> all =
        List.of(
            auditor,
            new Auditor(vertx, redis, "b", AuditSettings.DEFAULT),
            new Auditor(vertx, redis, "c", AuditSettings.DEFAULT));
    List<Future<Void>> awaited = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      for (Auditor each : all) {
        if (i % 4 == 0) {
          awaited.add(each.service().enter(Auditor.event(i)));
        } else {
          each.service().note(Auditor.event(i));
        }
      }
    }
    get(Future.all(awaited));
    all.forEach(each -> get(each.service().flush(10_000)));

    AuditPage page = auditor.everything();
    assertThat(Auditor.verify(page, null)).isNull();
    Set<String> once = new HashSet<>();
    page.entries()
        .forEach(
            entry -> {
              var json = Json.parseObject(entry.text());
              assertThat(once.add(json.path("instance").asText() + json.at("/details/n").asInt()))
                  .as(entry.text())
                  .isTrue();
            });
    assertThat(once).hasSize(3_000);
  }

  @Test
  void anEntryThatWasAlteredIsFound() {
    auditor.enter(20);
    List<AuditEntry> entries = new ArrayList<>(auditor.everything().entries());
    AuditEntry seventh = entries.get(6);
    entries.set(
        6,
        new AuditEntry(seventh.id(), seventh.text().replace("\"d1\"", "\"d2\""), seventh.hash()));
    auditor.forge(entries);
    assertThat(auditor.verify()).contains(seventh.id()).contains("altered");
  }

  @Test
  void anAlteredEntryWithAHashOfItsOwnBreaksTheNext() {
    auditor.enter(20);
    AuditPage page = auditor.everything();
    List<AuditEntry> entries = new ArrayList<>(page.entries());
    AuditLink sixth = page.anchor();
    for (AuditEntry entry : entries.subList(0, 6)) {
      sixth = sixth.next(entry.text(), Json.parseObject(entry.text()).path("ts").asLong());
    }
    String text = entries.get(6).text().replace("\"d1\"", "\"d2\"");
    AuditLink forged = sixth.next(text, Json.parseObject(text).path("ts").asLong());
    entries.set(6, new AuditEntry(forged.id(), text, forged.hash()));
    auditor.forge(entries);
    assertThat(auditor.verify()).contains("entry " + entries.get(7).id());
  }

  @Test
  void anEntryThatWasRemovedIsFound() {
    auditor.enter(20);
    AuditEntry tenth = auditor.everything().entries().get(9);
    auditor.redis(Command.XDEL, auditor.key("log"), tenth.id());
    assertThat(auditor.verify()).contains("entries 10 to 10 are missing");
  }

  @Test
  void aBeginningThatWasRemovedIsFound() {
    auditor.enter(20);
    auditor
        .everything()
        .entries()
        .subList(0, 3)
        .forEach(entry -> auditor.redis(Command.XDEL, auditor.key("log"), entry.id()));
    assertThat(auditor.verify()).contains("entries 1 to 3 are missing");
  }

  @Test
  void anEndThatWasCutOffIsFound() {
    auditor.enter(20);
    AuditEntry last = auditor.everything().entries().getLast();
    auditor.redis(Command.XDEL, auditor.key("log"), last.id());
    assertThat(auditor.verify()).isEqualTo("entries 20 to 20 are missing at the end");
  }

  @Test
  void entriesThatChangedPlacesAreFound() {
    auditor.enter(20);
    List<AuditEntry> entries = new ArrayList<>(auditor.everything().entries());
    AuditEntry fifth = entries.get(4);
    AuditEntry sixth = entries.get(5);
    entries.set(4, new AuditEntry(fifth.id(), sixth.text(), sixth.hash()));
    entries.set(5, new AuditEntry(sixth.id(), fifth.text(), fifth.hash()));
    auditor.forge(entries);
    assertThat(auditor.verify()).contains(fifth.id());
  }

  @Test
  void anEntryThatWasAddedBehindTheHeadIsFound() {
    auditor.enter(5);
    AuditPage page = auditor.everything();
    String text = "{\"seq\":6,\"ts\":" + page.head().atMs() + ",\"action\":\"device.paired\"}";
    AuditLink forged = page.head().next(text, page.head().atMs());
    auditor.redis(Command.XADD, auditor.key("log"), forged.id(), "e", text, "h", forged.hash());
    assertThat(auditor.verify()).isEqualTo("the head is not that of entry 6");
  }

  @Test
  void onlyANotedHeadTellsAWholeNewChain() {
    auditor.enter(10);
    AuditPage page = auditor.everything();
    String noted = page.head().hash();
    assertThat(Auditor.verify(page, noted)).isNull();

    AuditLink place = AuditLink.START;
    List<AuditEntry> forged = new ArrayList<>();
    for (AuditEntry entry : page.entries()) {
      String text = entry.text().replace("\"d1\"", "\"d2\"");
      place = place.next(text, Json.parseObject(text).path("ts").asLong());
      forged.add(new AuditEntry(place.id(), text, place.hash()));
    }
    auditor.forge(forged);
    auditor.redis(Command.HSET, auditor.key("head"), "hash", place.hash());

    assertThat(auditor.verify()).isNull();
    assertThat(Auditor.verify(auditor.everything(), noted)).contains("noted head");
  }

  @Test
  void whatRetentionTakesAwayDoesNotBreakTheChain() {
    Auditor frugal = new Auditor(vertx, redis, "frugal", new AuditSettings(true, 90, 100));
    for (int i = 0; i < 10; i++) {
      frugal.enter(60);
    }
    AuditPage page = frugal.everything();
    assertThat(page.entries()).hasSize(100);
    assertThat(page.anchor().seq()).isEqualTo(500);
    assertThat(page.head().seq()).isEqualTo(600);
    assertThat(Auditor.verify(page, null)).isNull();

    frugal.redis(Command.XDEL, frugal.key("log"), page.entries().getFirst().id());
    assertThat(frugal.verify()).contains("entries 501 to 501 are missing");
  }

  @Test
  void whatIsTooOldGoesWithTheNextEntry() {
    AuditSettings oneDay = new AuditSettings(true, 1, 1_000);
    long longAgo = redisNow() - Duration.ofDays(2).toMillis();
    get(auditor.store().append(first(longAgo), AuditSettings.DEFAULT));
    assertThat(auditor.everything().entries()).hasSize(1);

    Auditor strict = new Auditor(vertx, redis, "strict", oneDay);
    strict.enter(1);

    AuditPage page = strict.everything();
    assertThat(page.entries()).hasSize(1);
    assertThat(page.anchor().seq()).isEqualTo(1);
    assertThat(Auditor.verify(page, null)).isNull();
  }

  private long redisNow() {
    Batch nothing = Batch.empty(AuditLink.START);
    return get(auditor.store().append(nothing, AuditSettings.DEFAULT)).nowMs();
  }

  private static Batch first(long ts) {
    String text = "{\"seq\":1,\"ts\":" + ts + "}";
    AuditLink place = AuditLink.START.next(text, ts);
    return new Batch(
        AuditLink.START, List.of(new AuditEntry(place.id(), text, place.hash())), ts, false);
  }

  @Test
  void aBatchThatIsSentAgainIsEnteredOnce() {
    Batch batch = first(redisNow());

    Appended first = get(auditor.store().append(batch, AuditSettings.DEFAULT));
    Appended again = get(auditor.store().append(batch, AuditSettings.DEFAULT));
    auditor.enter(1);
    Appended late = get(auditor.store().append(batch, AuditSettings.DEFAULT));

    assertThat(List.of(first.outcome(), again.outcome(), late.outcome()))
        .containsExactly(Outcome.OK, Outcome.DONE, Outcome.DONE);
    assertThat(auditor.everything().entries()).hasSize(2);
    assertThat(auditor.verify()).isNull();
  }

  @Test
  void aClockThatIsWrongDoesNotDateEntries() {
    InstantSource fast = () -> Instant.now(Clock.systemUTC()).plus(Duration.ofDays(1));
    Auditor hasty = new Auditor(vertx, redis, "hasty", AuditSettings.DEFAULT, fast);
    hasty.enter(1);
    auditor.enter(1);

    List<AuditEntry> entries = auditor.everything().entries();
    long hastyTs = Json.parseObject(entries.get(0).text()).path("ts").asLong();
    long ts = Json.parseObject(entries.get(1).text()).path("ts").asLong();
    assertThat(Math.abs(ts - hastyTs)).isLessThan(10_000);
  }

  @Test
  void anInstanceNoticesThatTheTrailWasLost() {
    auditor.enter(5);
    AuditLink before = auditor.everything().head();
    auditor.redis(Command.DEL, auditor.key("log"), auditor.key("head"));

    auditor.enter(1);
    get(auditor.service().flush(10_000));

    List<AuditEntry> entries = auditor.everything().entries();
    assertThat(auditor.verify()).isNull();
    assertThat(entries).hasSize(2);
    var gap = Json.parseObject(entries.getLast().text());
    assertThat(gap.path("action").asText()).isEqualTo("audit.gap");
    assertThat(gap.at("/details/seq").asLong()).isEqualTo(before.seq());
    assertThat(gap.at("/details/hash").asText()).isEqualTo(before.hash());
  }

  @Test
  void whoEntersHearsOfItOnHisOwnContext() {
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Promise<Boolean> same = Promise.promise();
      all.add(same.future());
      vertx.runOnContext(
          start -> {
            Context own = Vertx.currentContext();
            auditor
                .service()
                .enter(Auditor.event(1))
                .onComplete(done -> same.complete(Vertx.currentContext() == own));
          });
    }
    assertThat(get(Future.all(all)).<Boolean>list()).containsOnly(true);
  }

  @Test
  void anEventWithoutWordsIsEnteredAndHoldsUpNoOther() {
    Future<Void> wordless =
        auditor
            .service()
            .enter(
                Auditor.event(
                    AuditAction.DEVICE_REMOVED,
                    details -> {
                      throw new IllegalStateException("no words");
                    }));
    get(wordless);
    auditor.enter(1);
    assertThat(auditor.everything().entries()).hasSize(2);
    assertThat(auditor.verify()).isNull();
  }

  @Test
  void changesOfTheConfigurationAreEnteredEvenWhenNothingElseIs() {
    Auditor off = new Auditor(vertx, redis, "off", new AuditSettings(false, 90, 1_000));
    get(off.service().enter(Auditor.event(AuditAction.DEVICE_PAIRED, details -> {})));
    get(off.service().enter(Auditor.event(AuditAction.CONFIG_CHANGED, details -> {})));
    assertThat(off.everything().entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.text()).contains("config.changed"));
  }
}
