package dev.krabkrab.gateway.access.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void requestIdNamesItsBucketAndStaysAUuid() {
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      String id = Buckets.requestId(bucket, UUID.randomUUID());
      assertThat(UUID.fromString(id).version()).isEqualTo(4);
      assertThat(UUID.fromString(id).variant()).isEqualTo(2);
      assertThat(Buckets.ofRequest(id)).hasValue(bucket);
    }
  }

  @Test
  void otherTextsNameNoBucket() {
    assertThat(Buckets.ofRequest("nope")).isEmpty();
    assertThat(Buckets.ofRequest("zz" + UUID.randomUUID().toString().substring(2))).isEmpty();
  }

  @Test
  void bucketOfADeviceNeverChanges() {
    assertThat(
            Buckets.aggregate("56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c"))
        .isEqualTo("dev:15");
    assertThat(Buckets.aggregate(7)).isEqualTo("dev:07");
  }

  @Test
  void devicesSpreadOverAllBuckets() {
    assertThat(IntStream.range(0, 2_000).map(i -> Buckets.device("device-" + i)).distinct().count())
        .isEqualTo(Buckets.COUNT);
  }
}
