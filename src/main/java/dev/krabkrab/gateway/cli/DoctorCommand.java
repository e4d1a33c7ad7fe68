package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.DoctorCheck.State;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab doctor}. */
@Command(
    name = "doctor",
    description = "Looks for what is wrong here and at the gateway, and says what to do.",
    footer = {
      "",
      "Looks at Java, open files and the configuration file of this machine, the Redis of a gateway"
          + " here, and asks the gateway for its version, clock, certificate, providers and"
          + " channels; with --scopes operator.read,operator.admin for the warnings of its settings"
          + " too.",
      "",
      "Exit codes: 0 all is well, 1 there are warnings, 2 something fails.",
      "",
      "Examples:",
      "  krabkrab doctor",
      "  krabkrab doctor --probe",
      "  krabkrab doctor --json | jq '.checks[] | select(.state != \"ok\")'"
    })
final class DoctorCommand extends ClientCommand {
  private static final String ADMIN = "operator.admin";

  @Option(names = "--probe", description = "Have channels asked whether their accounts work.")
  private boolean probe;

  private final List<DoctorCheck> checks = new ArrayList<>();

  DoctorCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  public Integer call() {
    here();
    try (GatewayClient client = connect(scopes())) {
      checks.add(DoctorCheck.ok("Gateway", connector().settings().uri().toString()));
      run(client);
    } catch (CliException e) {
      String hint = e.hint();
      checks.add(
          DoctorCheck.fail(
              "Gateway", String.valueOf(e.getMessage()), hint == null ? "" : told(hint)));
    }
    State worst = checks.stream().map(DoctorCheck::state).max(State::compareTo).orElse(State.OK);
    if (options().json) {
      print(Json.compact(json(worst)));
    } else {
      show();
    }
    return worst.exitCode();
  }

  @Override
  int run(GatewayClient client) {
    if (connector().settings().isTls()) {
      TlsPin.ends(connector().settings().uri())
          .ifPresent(
              end ->
                  checks.add(
                      DoctorGateway.certificate(end, Instant.ofEpochMilli(context().nowMs()))));
    }
    List<String> asked = options().scopes;
    boolean admin = asked != null && asked.contains(ADMIN);
    checks.addAll(new DoctorGateway(context(), client).look(probe, admin));
    return ExitCodes.OK;
  }

  private void here() {
    DoctorHere here = new DoctorHere(context().environment(), options().config);
    checks.addAll(here.look());
    InstanceSettings settings = here.settings();
    if (settings != null) {
      Path given = options().stateDir;
      Path stateDir = given == null ? new Environment(context()).stateDir() : given;
      checks.addAll(new DoctorRedis(context()).look(settings, stateDir));
    }
  }

  private void show() {
    for (DoctorCheck check : checks) {
      String state = word(check.state());
      print(Columns.padded(state, 4) + "  " + Text.safe(check.name() + ": " + check.text()));
      if (!check.advice().isEmpty()) {
        check
            .advice()
            .lines()
            .filter(line -> !line.isBlank())
            .forEach(line -> print("      " + line));
      }
    }
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode json(State worst) {
    ObjectNode json = Json.object().put("state", word(worst));
    ArrayNode rows = json.putArray("checks");
    for (DoctorCheck check : checks) {
      rows.addObject()
          .put("name", check.name())
          .put("state", word(check.state()))
          .put("text", check.text())
          .put("advice", check.advice());
    }
    return json;
  }
}
