package dev.krabkrab.gateway.platform.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The C half of the native transport has a version of its own in pom.xml. */
@EnabledOnOs(OS.LINUX)
class EpollTest {
  @Test
  void bothHalvesOfTheNativeTransportFit() {
    assertThat(Epoll.unavailabilityCause()).isNull();
    assertThat(Epoll.isAvailable()).isTrue();
    // Its constants are read by native methods, each of which has to be there.
    assertThat(Errors.ERRNO_ECONNRESET_NEGATIVE).isNegative();
  }
}
