/** Tests of how peers over the network are asked. */
@NullMarked
package dev.krabkrab.gateway.platform.net;

import org.jspecify.annotations.NullMarked;
