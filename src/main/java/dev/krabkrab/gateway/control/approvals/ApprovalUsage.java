package dev.krabkrab.gateway.control.approvals;

/**
 * How much of the feature's limits is used on this instance.
 *
 * @param mostOfConnection approvals that the connection with most of them waits for
 * @param mostOfDevice undecided approvals of the device that requested most of them here
 * @param mostBytesOfDevice bytes of the device that has most of them in such approvals
 */
public record ApprovalUsage(int mostOfConnection, int mostOfDevice, long mostBytesOfDevice) {}
