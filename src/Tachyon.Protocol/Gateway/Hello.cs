using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// The first message on a connection: the version and the settlement contract that the edge lives on.
/// Its first field will be the version in every version to come. Answered by <see cref="Challenge"/>.
/// </summary>
/// <param name="Version">The version that the edge speaks.</param>
/// <param name="Domain">The chain and the contract of the edge's channels; a gateway of another one refuses.</param>
public sealed record Hello(ushort Version, Eip712Domain Domain) : GatewayRequest<Challenge>
{
    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.Hello;

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.U16(Version);
        writer.Domain(Domain);
    }

    internal static Hello? Read(ref GatewayReader reader)
    {
        var version = reader.U16();
        if (!reader.Failed && version != GatewayLimits.Version)
        {
            reader.Fail(GatewayDecodeFault.UnknownVersion);
            return null;
        }

        var domain = reader.Domain();
        return reader.Failed ? null : new Hello(version, domain!);
    }
}
