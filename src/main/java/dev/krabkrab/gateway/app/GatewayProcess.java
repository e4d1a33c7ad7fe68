package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.cli.GatewayFlags;
import dev.krabkrab.gateway.cli.GatewayLauncher;
import dev.krabkrab.gateway.edge.health.ManagementPortException;
import dev.krabkrab.gateway.edge.metrics.Telemetry;
import dev.krabkrab.gateway.platform.InstanceRedis;
import dev.krabkrab.gateway.platform.config.InstanceSettings;
import dev.krabkrab.gateway.platform.config.InvalidSettingException;
import dev.krabkrab.gateway.platform.config.TlsException;
import dev.krabkrab.gateway.platform.redis.DataFormat.UnknownFormatException;
import dev.krabkrab.gateway.platform.redis.EmbeddedRedis;
import dev.krabkrab.gateway.platform.redis.NoRedisException;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.settings.InvalidDocumentException;
import dev.krabkrab.gateway.platform.telemetry.ConsoleLines;
import dev.krabkrab.gateway.platform.telemetry.LogContext;
import dev.krabkrab.gateway.platform.telemetry.LogFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Runs one instance as a process: start, banner, signals, an orderly end. */
public final class GatewayProcess implements GatewayLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayProcess.class);

  private static final String ALLOCATOR = "io.netty.allocator.type";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** The launcher sets it where the banner is printed to a terminal. */
  private static final String TERMINAL = "krabkrab.banner";

  private static final Duration LINK_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** Exit codes of {@code krabkrab gateway}; documented in its help. */
  private static final int FAILED = 1;

  private static final int BAD_SETTING = 2;

  private final PrintStream out = System.err;
  private final boolean json = ConsoleLines.areJson(System.getenv());
  private final InstantSource clock;
  private @Nullable EmbeddedRedis embedded;

  /** By the clock of the machine. */
  public GatewayProcess() {
    this(InstantSource.system());
  }

  /** By another clock. */
  GatewayProcess(InstantSource clock) {
    this.clock = clock;
  }

  private static void warnOfLogFormat() {
    String problem = LogFormat.problem(System.getenv());
    if (problem != null) {
      LOG.warn("{}", problem);
    }
  }

  @Override
  public int run(GatewayFlags flags) {
    long startedAt = System.nanoTime();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> LOG.error("{} ended by a fault", thread.getName(), e));
    LaunchPlan plan;
    try {
      String suffix = new SystemIds().uuid().substring(0, 8);
      plan = LaunchPlan.read(flags, System.getenv(), suffix);
    } catch (InvalidSettingException e) {
      return explain(e.getMessage(), BAD_SETTING);
    }
    LogContext.instance(plan.settings().instanceId());
    warnOfLogFormat();
    PasteCommands commands = new PasteCommands(plan.settings(), flags);
    String taken = PortCheck.problem(plan.settings(), commands);
    if (taken != null) {
      return explain(taken, FAILED);
    }
    Telemetry telemetry = telemetry(plan.settings());
    Vertx vertx = vertx(telemetry);
    GatewayInstance instance = new GatewayInstance(vertx, telemetry, plan, version(), clock);
    try {
      start(vertx, plan, instance);
    } catch (Exception e) {
      int code = explainStart(e, plan, commands);
      awaitClosed(instance.stop(0));
      close(vertx);
      return code;
    }
    Path tokenFile = TokenFile.keep(plan.settings().stateDir(), instance.auth().secrets().token());
    long startMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
    Banner banner =
        new Banner(instance, plan, redis(plan), tokenFile, commands, consoleLink(instance, plan));
    out.println(json ? banner.json(version(), startMs) : banner.text(version(), startMs));
    long budgetMs = plan.settings().drain().budgetMs();
    return ProcessSignals.run(() -> stop(vertx, instance, budgetMs));
  }

  /**
   * For whoever sits at the terminal where a gateway of this machine alone was started; a log,
   * which others read, has no such link.
   */
  private @Nullable String consoleLink(GatewayInstance instance, LaunchPlan plan) {
    boolean seen = !json && System.getProperty(TERMINAL) != null;
    if (!seen || !InetAddress.ofLiteral(plan.settings().bind()).isLoopbackAddress()) {
      return null;
    }
    try {
      return instance.consoleLink().await(LINK_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | RuntimeException e) {
      LOG.debug("no link to the console", e);
      return null;
    }
  }

  private void start(Vertx vertx, LaunchPlan plan, GatewayInstance instance) throws Exception {
    RedisSettings redis = openRedis(vertx, plan);
    Future<Void> prepared = instance.prepare(redis);
    if (plan.settings().redisUrl() == null) {
      prepared.await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } else {
      prepared.await();
    }
    instance.serve(redis).await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * One event loop for each processor: what shares a loop with a socket is reached without a
   * wake-up. Netty's pooled buffers, since its adaptive ones keep five times the memory for each
   * idle connection.
   */
  static Vertx vertx(Telemetry telemetry) {
    if (System.getProperty(ALLOCATOR) == null) {
      System.setProperty(ALLOCATOR, "pooled");
    }
    return telemetry.vertx(
        new VertxOptions()
            .setPreferNativeTransport(true)
            .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors())));
  }

  /** Metrics are counted when there is a port to read them from. */
  static Telemetry telemetry(InstanceSettings settings) {
    return settings.management() == null
        ? Telemetry.off()
        : Telemetry.on(settings.instanceId(), version(), settings.limits().byName());
  }

  private RedisSettings openRedis(Vertx vertx, LaunchPlan plan) throws Exception {
    String url = plan.settings().redisUrl();
    if (url == null) {
      EmbeddedRedis opened =
          EmbeddedRedis.open(
                  vertx,
                  plan.settings().stateDir(),
                  new SecureRandom(),
                  plan.settings().redisPort())
              .await(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      embedded = opened;
      url = opened.url();
    }
    return InstanceRedis.of(plan.settings(), url);
  }

  /**
   * The longest time from SIGTERM to the end of the process; what kills it earlier cuts clients
   * off.
   *
   * @param drainBudgetMs {@code gateway.drain.budgetMs}
   */
  public static Duration longestStop(long drainBudgetMs) {
    // The drain and a little, then Vert.x, then an embedded Redis.
    return Duration.ofMillis(drainBudgetMs).plus(CLOSE_TIMEOUT.multipliedBy(3));
  }

  private void stop(Vertx vertx, GatewayInstance instance, long budgetMs) {
    LOG.info("stopping");
    try {
      instance.stop(budgetMs).await(budgetMs + CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException e) {
      LOG.warn("stopped before everybody had left: {}", e.getMessage());
    }
    close(vertx);
  }

  private void close(Vertx vertx) {
    awaitClosed(vertx.close());
    EmbeddedRedis own = embedded;
    if (own != null) {
      awaitClosed(own.close());
    }
  }

  private static void awaitClosed(Future<Void> closing) {
    try {
      closing.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RuntimeException e) {
      LOG.debug("not everything closed in time", e);
    }
  }

  private Banner.Redis redis(LaunchPlan plan) {
    EmbeddedRedis own = embedded;
    return own != null
        ? new Banner.Redis(own.description(), own.advice().orElse(null))
        : new Banner.Redis(
            InstanceRedis.of(plan.settings(), String.valueOf(plan.settings().redisUrl()))
                .toString(),
            null);
  }

  private int explainStart(Exception failure, LaunchPlan plan, PasteCommands commands) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return switch (failure) {
      case InvalidSettingException bad -> explain(bad.getMessage(), BAD_SETTING);
      case InvalidDocumentException bad -> explain(plan.explain(bad), BAD_SETTING);
      case NoRedisException none -> explain(none.getMessage(), BAD_SETTING);
      case TlsException bad -> explain(bad.getMessage(), BAD_SETTING);
      case ManagementPortException taken -> explain(taken.getMessage(), FAILED);
      case UnknownFormatException other -> explain(other.getMessage(), FAILED);
      case TimeoutException late ->
          explain(
              plan.settings().redisUrl() == null
                  ? "the embedded Redis in " + plan.settings().stateDir() + " does not answer"
                  : "Redis stopped answering during the start. Check KRABKRAB_REDIS_URL, the"
                      + " network and the password.",
              FAILED);
      default -> {
        if (isBind(failure) || isBind(cause)) {
          String reason = isBind(failure) ? failure.getMessage() : cause.getMessage();
          yield explain(PortCheck.explained(plan.settings(), reason, commands), FAILED);
        }
        LOG.error("start failed", failure);
        yield explain(String.valueOf(failure.getMessage()), FAILED);
      }
    };
  }

  /** The native transport has an exception of its own for a port that cannot be had. */
  private static boolean isBind(Throwable failure) {
    return failure instanceof BindException
        || String.valueOf(failure.getMessage()).startsWith("bind(");
  }

  private int explain(@Nullable String problem, int code) {
    out.println(
        json
            ? ConsoleLines.json(
                Level.ERROR, GatewayProcess.class, String.valueOf(problem), Map.of())
            : "krabkrab: " + problem);
    return code;
  }

  private static String version() {
    String version = GatewayProcess.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
