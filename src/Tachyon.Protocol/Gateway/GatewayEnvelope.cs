namespace Tachyon.Protocol.Gateway;

/// <summary>A message with the id that ties a reply to its request.</summary>
/// <param name="RequestId">Chosen by the edge, not zero, for requests and replies; zero for pushes.</param>
/// <param name="Message">The message itself.</param>
public sealed record GatewayEnvelope(uint RequestId, GatewayMessage Message);
