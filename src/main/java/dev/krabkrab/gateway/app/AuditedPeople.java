package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.channel.ChannelPerson;
import dev.krabkrab.gateway.channel.PeopleTrail;
import io.vertx.core.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Enters into the audit trail who let people in to channels or sent them away. */
record AuditedPeople(AuditTrail trail) implements PeopleTrail {
  @Override
  public <T extends @Nullable Object> Future<T> entering(
      Judgement wanted, Supplier<Future<T>> step, Function<T, @Nullable Judgement> judgement) {
    return trail.entering(
        AuditEvent.unknown(
            action(wanted),
            wanted.by(),
            "channel",
            wanted.person().channel(),
            "account",
            wanted.person().accountId(),
            "sender",
            wanted.person().senderId()),
        step,
        done -> {
          Judgement made = judgement.apply(done);
          return made == null ? null : entry(made);
        });
  }

  private static AuditAction action(Judgement of) {
    return of.admitted() ? AuditAction.PERSON_ADMITTED : AuditAction.PERSON_DISMISSED;
  }

  private static AuditEvent entry(Judgement made) {
    ChannelPerson person = made.person();
    return new AuditEvent(
        action(made),
        AuditActor.of(made.by()),
        details -> {
          details
              .put("channel", person.channel())
              .put("account", person.accountId())
              .put("sender", person.senderId());
          if (!made.name().isBlank()) {
            details.put("name", made.name());
          }
        });
  }
}
