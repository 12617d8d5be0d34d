namespace Tachyon.EdgeTunnel.Tun;

/// <summary>The machine does not let this node have its device, its addresses or its routes.</summary>
internal sealed class TunException(string message, Exception? inner = null) : Exception(message, inner);
