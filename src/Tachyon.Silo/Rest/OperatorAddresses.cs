using Tachyon.Silo.Configuration;
using Tachyon.Silo.Limits;

namespace Tachyon.Silo.Rest;

/// <summary>
/// Where Gateway:OperatorUrls is set, answers there alone. A request is told by the port that it came to, which no stranger can
/// choose, and never by the host that it names; so the settings let no port be both.
/// </summary>
internal sealed class OperatorAddresses(GatewayOptions options) : IRequestGuard
{
    private readonly int[] _ports = [.. options.OperatorUrls.Select(url => BindingAddress.Parse(url).Port)];

    /// <inheritdoc/>
    public IResult? Refuse(HttpContext http) =>
        _ports.Length == 0 || _ports.Contains(http.Connection.LocalPort) ? null : TypedResults.NotFound();
}
