package dev.krabkrab.gateway.access.pairing;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Scopes that were taken stay taken: whatever happens to a device, in whatever order and on
 * whichever instance, what it may do in a role is never more than what was given to it in that role
 * since the role was last taken from it. Random sequences against a model of a few lines.
 */
@Timeout(120)
class ScopesInForceIT {
  private static final int SEQUENCES = 240;
  private static final int STEPS = 16;
  private static final int WORKERS = 6;
  private static final List<String> UNIVERSE =
      List.of(
          "operator.read", "operator.write", "operator.pairing", "operator.admin", "vendor.thing");

  private final Pairings pairings = new Pairings();
  private final DeviceStore store = new DeviceStore(pairings.link());
  private final BootstrapStore bootstraps = new BootstrapStore(pairings.link());

  @AfterEach
  void close() {
    pairings.close();
  }

  @Test
  void neverExceedWhatWasGivenSinceTheyWereTaken() {
    List<List<PairingService>> pairs =
        IntStream.range(0, WORKERS)
            .mapToObj(worker -> List.of(pairings.instance(), pairings.instance()))
            .toList();
    try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
      List<java.util.concurrent.Future<?>> all = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        int first = worker;
        all.add(workers.submit(() -> sequences(first, pairs.get(first))));
      }
      for (java.util.concurrent.Future<?> one : all) {
        assertThatCode(one::get).doesNotThrowAnyException();
      }
    }
  }

  private void sequences(int first, List<PairingService> instances) {
    for (int seed = first; seed < SEQUENCES; seed += WORKERS) {
      Run run = new Run(seed, instances);
      for (int step = 0; step < STEPS; step++) {
        run.step();
        run.check();
      }
      run.end();
    }
  }

  /** One device, what happens to it, and what it may have by now. */
  private final class Run {
    private final List<PairingService> instances;
    private final Random random;
    private final String device;
    private final List<String> log = new ArrayList<>();
    private final Map<Role, List<String>> given = new EnumMap<>(Role.class);
    private final Map<Role, Boolean> barred = new EnumMap<>(Role.class);
    private final List<BootstrapProof> vouchers = new ArrayList<>();
    private final List<Role> voucherRoles = new ArrayList<>();
    private final List<List<String>> voucherScopes = new ArrayList<>();
    private final Map<Role, List<String>> wanted = new EnumMap<>(Role.class);
    private @Nullable PairingRequest waiting;
    private @Nullable String token;
    private Role tokenRole = Role.OPERATOR;

    Run(int seed, List<PairingService> instances) {
      this.instances = instances;
      this.random = new Random(seed);
      this.device = "device-" + seed;
      log.add("seed " + seed);
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1 -> connect(request(false, true, role(), null, scopes()), "remote");
        case 2, 3 -> connect(request(true, true, role(), null, scopes()), "local");
        case 4, 5 -> approve();
        case 6 -> revoke();
        case 7 -> rotate();
        case 8 -> bootstrap();
        case 9 -> byToken();
        case 10 -> remove();
        default -> atOnce();
      }
    }

    private void connect(AdmitRequest request, String how) {
      Role role = request.role();
      Admission admission = get(any().admit(request));
      log.add(how + " " + role + request.scopes() + " -> " + admission);
      switch (admission) {
        case Admission.Paired paired when paired.approvedUnasked().isEmpty() ->
            assertCovered(role, request.scopes());
        case Admission.Paired paired -> {
          assertThat(request.origin().approvedVia()).as(said()).isNotNull();
          assertThat(barred.getOrDefault(role, false)).as(said()).isFalse();
          give(role, request.scopes());
          forgetSettled(paired.approvedUnasked());
        }
        case Admission.Pending pending -> waits(pending, role, request.scopes());
        default -> assertThat(admission).as(said()).isInstanceOf(Admission.TokenRefused.class);
      }
      if (admission instanceof Admission.Paired paired && paired.token() != null) {
        token = paired.token().text();
        tokenRole = role;
      }
    }

    private void approve() {
      PairingRequest request = waiting;
      if (request == null) {
        return;
      }
      Approver by = approver();
      boolean reject = random.nextInt(5) == 0;
      ManagementResult<?> outcome =
          get(reject ? any().reject(request.requestId()) : any().approve(request.requestId(), by));
      log.add((reject ? "reject " : "approve by " + by.scopes() + " ") + request + outcome);
      boolean may = Scopes.firstMissing(by.scopes(), request.scopes()).isEmpty() || by.isAdmin();
      if (outcome instanceof ManagementResult.Done && !reject) {
        assertThat(may).as(said()).isTrue();
        for (String wire : request.roles()) {
          Role role = Role.of(wire).orElseThrow();
          give(role, wanted.getOrDefault(role, List.of()));
          barred.put(role, false);
        }
      }
      if (!(outcome instanceof ManagementResult.Missing)) {
        waiting = null;
      }
    }

    private void revoke() {
      Role role = role();
      Approver by = approver();
      ManagementResult<Revocation> outcome = get(any().revoke(device, role.wire(), by));
      log.add("revoke " + role + " by " + by.scopes() + " -> " + outcome);
      if (outcome instanceof ManagementResult.Done) {
        take(role);
      }
    }

    private void rotate() {
      Role role = role();
      Approver by = approver();
      List<String> scopes = random.nextBoolean() ? null : scopes();
      ManagementResult<PairingService.Rotation> outcome =
          get(any().rotate(device, role.wire(), scopes, by));
      log.add("rotate " + role + scopes + " by " + by.scopes() + " -> " + outcome);
      if (!(outcome instanceof ManagementResult.Done<PairingService.Rotation>(var rotation))) {
        return;
      }
      assertThat(given).as(said()).containsKey(role);
      if (scopes != null) {
        assertThat(by.isAdmin() || Scopes.firstMissing(by.scopes(), scopes).isEmpty())
            .as(said())
            .isTrue();
        given.put(role, scopes);
        barred.merge(role, rotation.narrowed(), (was, now) -> was || now);
      }
    }

    private void bootstrap() {
      if (vouchers.isEmpty() || random.nextInt(3) == 0) {
        String hash = Pairings.uuid();
        long now = get(bootstraps.make(hash, "operator", List.of(), "", "", 60_000)) - 60_000;
        vouchers.add(new BootstrapProof(hash, 60_000, now, ""));
        voucherRoles.add(role());
        voucherScopes.add(scopes());
        log.add("bootstrap made " + voucherRoles.getLast() + voucherScopes.getLast());
        return;
      }
      int at = random.nextInt(vouchers.size());
      AdmitRequest request =
          byVoucher(vouchers.get(at), voucherRoles.get(at), voucherScopes.get(at));
      Admission admission = get(any().admit(request));
      log.add("bootstrap " + request.role() + request.scopes() + " -> " + admission);
      if (admission instanceof Admission.Paired paired) {
        if (paired.approvedUnasked().isEmpty()) {
          assertCovered(request.role(), request.scopes());
        } else {
          give(request.role(), request.scopes());
          forgetSettled(paired.approvedUnasked());
        }
      } else {
        assertThat(admission).as(said()).isInstanceOf(Admission.TokenRefused.class);
      }
    }

    private void byToken() {
      if (token != null) {
        connect(request(false, false, tokenRole, token, scopes()), "token");
      }
    }

    private void remove() {
      Approver by = approver();
      boolean asNode = random.nextBoolean();
      ManagementResult<?> outcome =
          asNode ? get(store.removeNode(device, by)) : get(any().remove(device, by));
      log.add("remove " + (asNode ? "node " : "") + by.scopes() + " -> " + outcome);
      if (!(outcome instanceof ManagementResult.Done)) {
        return;
      }
      if (outcome instanceof ManagementResult.Done<?>(DeviceStore.Removed gone)
          && gone.stillPaired()) {
        take(Role.NODE);
        return;
      }
      given.clear();
      barred.clear();
      forgetVouchers(Role.NODE);
      forgetVouchers(Role.OPERATOR);
      waiting = null;
    }

    /** Two instances at the same time: whoever comes last, nothing is there that nobody gave. */
    private void atOnce() {
      Role role = role();
      List<String> asked = scopes();
      Future<ManagementResult<Revocation>> revoked =
          instances.get(0).revoke(device, role.wire(), Pairings.ADMIN);
      Future<ManagementResult<PairingService.Rotation>> rotated =
          instances.get(1).rotate(device, role.wire(), null, Pairings.ADMIN);
      Future<Admission> connected = instances.get(1).admit(request(false, true, role, null, asked));
      Future<ManagementResult<PairingService.Resolution>> approved =
          waiting == null
              ? Future.succeededFuture(new ManagementResult.Unknown<>())
              : instances.get(0).approve(waiting.requestId(), Pairings.ADMIN);
      get(Future.all(revoked, rotated, connected, approved));
      log.add(
          "at once " + role + asked + revoked.result() + connected.result() + approved.result());
      if (approved.result() instanceof ManagementResult.Done && waiting != null) {
        for (String wire : waiting.roles()) {
          Role one = Role.of(wire).orElseThrow();
          if (one != role
              || get(instances.getFirst().find(device)).orElseThrow().token(wire).isLive()) {
            if (one == role && revoked.result() instanceof ManagementResult.Done) {
              take(one);
            }
            give(one, wanted.getOrDefault(one, List.of()));
            barred.put(one, false);
          } else {
            take(one);
          }
        }
        waiting = null;
      } else if (revoked.result() instanceof ManagementResult.Done) {
        take(role);
      }
      if (connected.result() instanceof Admission.Pending pending) {
        waits(pending, role, asked);
      }
    }

    private void waits(Admission.Pending pending, Role role, List<String> asked) {
      if (pending.created()) {
        if (pending.replacedRequestId() == null) {
          wanted.clear();
        }
        wanted.computeIfAbsent(role, none -> new ArrayList<>()).addAll(asked);
        waiting = pending.request();
      }
    }

    void end() {
      if (waiting != null) {
        get(any().reject(waiting.requestId()));
      }
    }

    private AdmitRequest request(
        boolean local, boolean secretOk, Role role, @Nullable String token, List<String> scopes) {
      ApprovedVia via = local ? ApprovedVia.SILENT : null;
      return request(via, secretOk, role, token, BootstrapProof.NONE, scopes);
    }

    private AdmitRequest byVoucher(BootstrapProof voucher, Role role, List<String> scopes) {
      return request(ApprovedVia.BOOTSTRAP, true, role, null, voucher, scopes);
    }

    private AdmitRequest request(
        @Nullable ApprovedVia via,
        boolean secretOk,
        Role role,
        @Nullable String token,
        BootstrapProof voucher,
        List<String> scopes) {
      return new AdmitRequest(
          device,
          "key-of-" + device,
          role,
          scopes,
          Pairings.NO_FACTS,
          new Origin(via, device, null),
          secretOk,
          token,
          false,
          voucher,
          false);
    }

    /** Whatever could be asked for now is refused unless it was given. */
    void check() {
      for (Role role : Role.values()) {
        List<String> most = given.getOrDefault(role, List.of());
        List<Future<Admission>> probes =
            UNIVERSE.stream()
                .filter(scope -> !Scopes.covers(most, scope))
                .map(scope -> request(false, true, role, null, List.of(scope)))
                .map(asked -> any().admit(Pairings.skipping(asked)))
                .toList();
        for (Future<Admission> probe : probes) {
          assertThat(((Admission.Paired) get(probe)).device()).as(said()).isNull();
        }
      }
      get(any().find(device))
          .ifPresent(
              found -> {
                for (Role role : Role.values()) {
                  assertCovered(role, found.scopesAs(role.wire()));
                }
              });
    }

    private void assertCovered(Role role, List<String> scopes) {
      List<String> most = given.getOrDefault(role, List.of());
      assertThat(Scopes.firstMissing(most, scopes)).as(said()).isEmpty();
    }

    private void give(Role role, List<String> scopes) {
      var all = new ArrayList<>(given.getOrDefault(role, List.of()));
      all.addAll(scopes);
      given.put(role, all);
    }

    private void take(Role role) {
      given.remove(role);
      barred.put(role, true);
      forgetVouchers(role);
    }

    /** What was made before the role was taken gives nothing more: the model must not see it. */
    private void forgetVouchers(Role role) {
      for (int i = vouchers.size() - 1; i >= 0; i--) {
        if (voucherRoles.get(i) == role) {
          BootstrapProof old = vouchers.get(i);
          AdmitRequest stale = byVoucher(old, role, List.of("operator.admin", "stale"));
          assertThat(get(any().admit(stale)))
              .as(said() + " stale voucher")
              .isEqualTo(new Admission.TokenRefused(Admission.TokenRefusal.BOOTSTRAP_SPENT));
          vouchers.remove(i);
          voucherRoles.remove(i);
          voucherScopes.remove(i);
        }
      }
    }

    private void forgetSettled(List<String> requests) {
      if (waiting != null && requests.contains(waiting.requestId())) {
        waiting = null;
      }
    }

    private PairingService any() {
      return instances.get(random.nextInt(instances.size()));
    }

    private Role role() {
      return random.nextInt(3) == 0 ? Role.NODE : Role.OPERATOR;
    }

    private List<String> scopes() {
      return UNIVERSE.stream().filter(scope -> random.nextInt(3) == 0).toList();
    }

    private Approver approver() {
      return random.nextBoolean()
          ? Pairings.ADMIN
          : new Approver("boss", null, List.of("operator.pairing", "operator.read"));
    }

    private String said() {
      return String.join("\n", log);
    }
  }
}
