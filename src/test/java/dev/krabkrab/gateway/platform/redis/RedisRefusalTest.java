package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.redis.client.impl.types.ErrorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies of Redis 6.2 to 8 and Valkey 8. */
class RedisRefusalTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OOM | OOM command not allowed when used memory > 'maxmemory'.",
        "OOM | OOM command not allowed when used memory > 'maxmemory'. script: 3f, on"
            + " @user_script:1.",
        "OOM | ERR Error running script (call to f_3f): @user_script:1: -OOM command not allowed",
        "MISCONF | MISCONF Redis is configured to save RDB snapshots, but it's currently unable to",
        "MISCONF | MISCONF Errors writing to the AOF file: No space left on device",
        "MISCONF | ERR Error running script (call to f_3f): @user_script:4: -MISCONF Redis is",
        "BUSY | BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN.",
        "BUSY | BUSY Valkey is busy running a script.",
        "NOPERM | NOPERM this user has no permissions to run the 'set' command",
        "NOPERM | NOPERM User default has no permissions to access one of the keys",
        "NOPERM | ERR The user executing the script can't run this command or subcommand script:"
            + " 80",
        "NOPERM | ERR ACL failure in script: User default has no permissions to run 'hset' script:"
            + " 8",
        "NOAUTH | NOAUTH Authentication required.",
        "WRONGPASS | WRONGPASS invalid username-password pair or user is disabled.",
        "MAXCLIENTS | ERR max number of clients reached",
        "LOADING | LOADING Redis is loading the dataset in memory",
        "MASTERDOWN | MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to"
            + " 'no'.",
        "READONLY | READONLY You can't write against a read only replica.",
        "READONLY | ERR Error running script (call to f_3f): @user_script:2: -READONLY You can't",
        "CLUSTERDOWN | CLUSTERDOWN The cluster is down",
        "CLUSTERDOWN | CLUSTERDOWN Hash slot not served",
        "TRYAGAIN | TRYAGAIN Multiple keys request during rehashing of slot",
        "NOREPLICAS | NOREPLICAS Not enough good replicas to write.",
        "CONNECTION_CLOSED | CONNECTION_CLOSED",
      })
  void whatMeansThatItCannotServeIsAnOutage(RedisRefusal kind, String reply) {
    ErrorType error = ErrorType.create(reply);
    assertThat(RedisRefusal.of(error)).isEqualTo(kind);
    assertThat(Failures.translate(error)).isInstanceOf(RedisUnavailableException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR unknown command 'NOSUCH'",
        "ERR wrong number of arguments for 'get' command",
        "ERR value is not an integer or out of range",
        "ERR Error running script (call to f_3f): @user_script:1: user said OOM in his text",
        "NOSCRIPT No matching script.",
        "BUSYGROUP Consumer Group name already exists",
        "BUSYKEY Target key name already exists.",
      })
  void anAnswerToWhatWasAskedIsNot(String reply) {
    ErrorType error = ErrorType.create(reply);
    assertThat(RedisRefusal.of(error)).isNull();
    assertThat(Failures.translate(error)).isSameAs(error);
  }

  @Test
  void aFailureThatIsNoReplyIsNoRefusal() {
    IllegalStateException lost = new IllegalStateException("OOM while reading");
    assertThat(RedisRefusal.of(lost)).isNull();
    assertThat(Failures.translate(lost)).isInstanceOf(RedisUnavailableException.class);
  }
}
