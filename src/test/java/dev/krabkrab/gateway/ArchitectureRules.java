package dev.krabkrab.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.vertx.core.Vertx;
import java.net.URL;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The rules of the house as ArchUnit rules, for the wings below one root package. */
final class ArchitectureRules {

  private static final Set<String> HOLDERS = Set.of("SystemIds", "SystemClock");

  /** Two withdraw rights; the third has its script refuse what could not be entered. */
  private static final Set<String> ENTERING_AFTERWARDS =
      Set.of("ApprovalDecisions", "RuleService", "DeviceAdmission");

  private static final int MOST_PARAMETERS = 6;

  /** Classes whose constructors are still to be divided. */
  private final Wings wings;

  ArchitectureRules(String root) {
    this.wings = new Wings(root);
  }

  /** All rules by a short name. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("no arrow runs up", noArrowRunsUp());
    rules.put("features through their service", featuresThroughTheirService());
    rules.put("no cycles", noCycles());
    rules.put("redis client", redisClient());
    rules.put("event bus", eventBus());
    rules.put("methods hold no collections", methodsHoldNoCollections());
    rules.put("injected clock, ids, randomness", injectedSources());
    rules.put("system clock chosen at the top", systemClockAtTheTop());
    rules.put("static fields are final", staticFieldsAreFinal());
    rules.put("no static mutable state", noStaticMutableState());
    rules.put("constructors of six", constructorsOfSix());
    rules.put("entered with their step", enteredWithTheirStep());
    rules.put("clients know the way out", clientsKnowTheWayOut());
    rules.put("printed escaped", printedEscaped());
    rules.put("null-marked packages", nullMarkedPackages());
    rules.replaceAll((name, rule) -> rule.allowEmptyShould(true));
    return rules;
  }

  private ArchRule noArrowRunsUp() {
    return classes()
        .should(
            eachDependency(
                "depend on wings below their own, and on packages of their own wing",
                (dependency, from, to) -> wings.may(from, to)));
  }

  private ArchRule featuresThroughTheirService() {
    return classes()
        .should(
            eachDependency(
                "reach a feature only through its verticle, its service and the values they speak"
                    + " in",
                (dependency, from, to) ->
                    from.isSame(to)
                        || from.seesAll()
                        || !to.isFeature()
                        || (from.servesFeatures()
                            ? !isPrivatePart(dependency.getTargetClass())
                            : isPublicFace(dependency.getTargetClass()))));
  }

  /** What even the edge, which serves a feature's clients, leaves alone. */
  private static boolean isPrivatePart(JavaClass type) {
    return isNamed(type, "Store") || isNamed(type, "Methods");
  }

  /** A verticle or a service, or what its signatures are made of. */
  private static boolean isPublicFace(JavaClass type) {
    return type.getSimpleName().endsWith("Service")
        || type.getSimpleName().endsWith("Verticle")
        || type.isRecord()
        || type.isEnum()
        || type.isInterface()
        || type.isAssignableTo(Throwable.class);
  }

  private ArchRule noCycles() {
    return slices().assignedFrom(byPlace()).should().beFreeOfCycles();
  }

  private SliceAssignment byPlace() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        Wings.Place place = wings.placeOf(type);
        return place.wing().isEmpty() || place.wing().equals("channel")
            ? SliceIdentifier.ignore()
            : SliceIdentifier.of(place.wing(), place.name());
      }

      @Override
      public String getDescription() {
        return "packages of the wings";
      }
    };
  }

  private ArchRule redisClient() {
    return noClasses()
        .that(
            describe(
                "are neither in redis nor a store",
                type -> !isIn(type, "platform", "redis") && !isNamed(type, "Store")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx.redis..");
  }

  /** The command line is a client itself, and Redis is no part of the outside. */
  private ArchRule clientsKnowTheWayOut() {
    Set<String> makers =
        Set.of(
            "createHttpClient",
            "httpClientBuilder",
            "createWebSocketClient",
            "webSocketClientBuilder",
            "createNetClient",
            "newHttpClient",
            "newBuilder",
            "openConnection",
            "openStream");
    return noClasses()
        .that(
            describe(
                "are neither in net nor in redis nor in cli",
                type ->
                    !isIn(type, "platform", "net")
                        && !isIn(type, "platform", "redis")
                        && !wings.placeOf(type).wing().equals("cli")))
        .should()
        .callMethodWhere(
            describe(
                "makes a client of HTTP",
                call ->
                    makers.contains(call.getTarget().getName())
                        && (call.getTargetOwner().isAssignableTo(Vertx.class)
                            || call.getTargetOwner().isEquivalentTo(HttpClient.class)
                            || call.getTargetOwner().isEquivalentTo(URL.class))));
  }

  private ArchRule eventBus() {
    return noClasses()
        .that(
            describe(
                "are neither in cluster nor in rpc",
                type -> !isIn(type, "platform", "cluster") && !isIn(type, "platform", "rpc")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.vertx.core.eventbus..");
  }

  private ArchRule methodsHoldNoCollections() {
    return noFields()
        .that()
        .areDeclaredInClassesThat(describe("are *Methods", type -> isNamed(type, "Methods")))
        .should()
        .haveRawType(
            describe(
                "a map or a collection",
                type -> type.isAssignableTo(Map.class) || type.isAssignableTo(Collection.class)));
  }

  private ArchRule injectedSources() {
    return noClasses()
        .that(
            describe(
                "are not the holder",
                type ->
                    !(wings.placeOf(type).wing().equals("app")
                        && HOLDERS.contains(outermost(type).getSimpleName()))))
        .should()
        .accessTargetWhere(
            target("a clock, an id or randomness taken directly", this::isDirectSource));
  }

  private boolean isDirectSource(JavaClass owner, String name, CodeUnitAccessTarget target) {
    boolean noArguments = target.getRawParameterTypes().isEmpty();
    return (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
        || (owner.isEquivalentTo(Instant.class) && name.equals("now") && noArguments)
        || (owner.isEquivalentTo(UUID.class) && name.equals("randomUUID"))
        || (owner.isEquivalentTo(Random.class) && name.equals("<init>"))
        || (owner.isEquivalentTo(ThreadLocalRandom.class) && name.equals("current"))
        || (owner.isEquivalentTo(Math.class) && name.equals("random"));
  }

  private ArchRule systemClockAtTheTop() {
    return noClasses()
        .that(describe("are below the top", type -> !wings.placeOf(type).seesAll()))
        .should()
        .accessTargetWhere(
            target(
                "the system clock",
                (owner, name, unit) ->
                    (owner.isEquivalentTo(Clock.class) || owner.isEquivalentTo(InstantSource.class))
                        && name.startsWith("system")));
  }

  private ArchRule staticFieldsAreFinal() {
    return fields().that().areStatic().should().beFinal();
  }

  private ArchRule noStaticMutableState() {
    return noFields()
        .that()
        .areStatic()
        .should(
            new ArchCondition<JavaField>("hold mutable state") {
              @Override
              public void check(JavaField field, ConditionEvents events) {
                boolean mutable = isMutable(field.getRawType()) || isBuiltMutable(field);
                events.add(new SimpleConditionEvent(field, mutable, field.getDescription()));
              }
            });
  }

  private static boolean isMutable(JavaClass type) {
    String name = type.getPackageName();
    boolean collection = type.isAssignableTo(Map.class) || type.isAssignableTo(Collection.class);
    return (collection && !type.isInterface())
        || type.isAssignableTo(java.util.concurrent.ConcurrentMap.class)
        || type.isAssignableTo(java.util.Queue.class)
        || type.isAssignableTo(ThreadLocal.class)
        || name.equals("java.util.concurrent.atomic");
  }

  /** A constant of a collection interface whose class makes a mutable one while it is loaded. */
  private static boolean isBuiltMutable(JavaField field) {
    JavaClass type = field.getRawType();
    return (type.isAssignableTo(Map.class) || type.isAssignableTo(Collection.class))
        && field.getOwner().getStaticInitializer().stream()
            .flatMap(block -> block.getConstructorCallsFromSelf().stream())
            .anyMatch(call -> isMutable(call.getTargetOwner()));
  }

  /** What belongs together is a record by then. */
  private static ArchRule constructorsOfSix() {
    return constructors()
        .that()
        .areDeclaredInClassesThat(
            describe(
                "are named and no records",
                type -> !type.isRecord() && !type.isAnonymousClass() && !type.isLocalClass()))
        .should(
            new ArchCondition<JavaConstructor>("take at most " + MOST_PARAMETERS + " parameters") {
              @Override
              public void check(JavaConstructor made, ConditionEvents events) {
                int taken = made.getRawParameterTypes().size() - added(made.getOwner());
                events.add(
                    new SimpleConditionEvent(
                        made,
                        taken <= MOST_PARAMETERS,
                        made.getFullName() + " takes " + taken + " parameters"));
              }
            });
  }

  /** Parameters that the compiler adds: the outer instance, or a constant's name and number. */
  private static int added(JavaClass type) {
    if (type.isEnum()) {
      return 2;
    }
    return type.isInnerClass() ? 1 : 0;
  }

  /** Nothing is decided that could not be entered; what is withdrawn, is so in any case. */
  private ArchRule enteredWithTheirStep() {
    return noClasses()
        .that(
            describe(
                "neither keep the audit trail nor may enter afterwards",
                type ->
                    !isIn(type, "access", "audit")
                        && !ENTERING_AFTERWARDS.contains(outermost(type).getSimpleName())))
        .should()
        .accessTargetWhere(
            target(
                "an entry made after its step",
                (owner, name, unit) ->
                    owner.getSimpleName().equals("AuditTrail") && name.equals("enter")));
  }

  /** Commands show what others wrote; only their printer knows how. */
  private ArchRule printedEscaped() {
    return noClasses()
        .that(
            describe(
                "are commands",
                type ->
                    wings.placeOf(type).wing().equals("cli")
                        && !Set.of("Printer", "CliContext").contains(type.getSimpleName())))
        .should()
        .accessTargetWhere(
            describe(
                "prints past the printer",
                access ->
                    access.getTargetOwner().isEquivalentTo(System.class)
                            && Set.of("out", "err").contains(access.getTarget().getName())
                        || Set.of("java.io.PrintWriter", "java.io.PrintStream")
                                .contains(access.getTargetOwner().getName())
                            && access.getTarget().getName().equals("<init>")));
  }

  private ArchRule nullMarkedPackages() {
    return classes()
        .that(describe("are top-level", JavaClass::isTopLevelClass))
        .should(
            new ArchCondition<JavaClass>("live in a @NullMarked package") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                String name = type.getPackageName();
                events.add(new SimpleConditionEvent(type, marked, name + " is not @NullMarked"));
              }
            });
  }

  private ArchCondition<JavaClass> eachDependency(String description, DependencyTest test) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Wings.Place from = wings.placeOf(type);
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          Wings.Place to = wings.placeOf(dependency.getTargetClass().getBaseComponentType());
          if (!from.wing().isEmpty() && !to.wing().isEmpty()) {
            boolean fine = test.test(dependency, from, to);
            events.add(new SimpleConditionEvent(type, fine, dependency.getDescription()));
          }
        }
      }
    };
  }

  private interface DependencyTest {
    boolean test(Dependency dependency, Wings.Place from, Wings.Place to);
  }

  private interface TargetTest {
    boolean test(JavaClass owner, String name, CodeUnitAccessTarget target);
  }

  private static DescribedPredicate<JavaAccess<?>> target(String description, TargetTest test) {
    return describe(
        description,
        access ->
            access.getTarget() instanceof CodeUnitAccessTarget unit
                && test.test(access.getTargetOwner(), unit.getName(), unit));
  }

  private boolean isIn(JavaClass type, String wing, String name) {
    return wings.placeOf(type).equals(new Wings.Place(wing, name));
  }

  private static boolean isNamed(JavaClass type, String ending) {
    return outermost(type).getSimpleName().endsWith(ending);
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ArchitectureRules::outermost).orElse(type);
  }
}
