namespace Tachyon.Silo.Storage;

/// <summary>
/// Whether a Redis server keeps what it acknowledged. Signers' state lies there: a record that is lost after it was
/// acknowledged means a second signature under a lower count, or a nonce used twice (protocol, guarantees 5 and 6). Pure.
/// </summary>
internal static class RedisDurability
{
    /// <summary>What the server must be set to, and what would happen otherwise.</summary>
    private static readonly (string Setting, string Wanted, string Otherwise)[] Rules =
    [
        ("appendonly", "yes", "it would lose everything since its last snapshot"),
        ("appendfsync", "always", "it would lose the last writes that it acknowledged"),
        ("no-appendfsync-on-rewrite", "no", "it would lose writes acknowledged while its log is rewritten"),
    ];

    /// <summary>The settings of the server that are asked for.</summary>
    public static IReadOnlyList<string> Settings { get; } = [.. Rules.Select(rule => rule.Setting), "maxmemory", "maxmemory-policy"];

    /// <summary>Everything that is wrong, each with the server's setting, its value and what it must be.</summary>
    public static IReadOnlyList<string> Faults(IReadOnlyDictionary<string, string> server)
    {
        var faults = new List<string>();
        foreach (var (setting, wanted, otherwise) in Rules)
        {
            var value = server.GetValueOrDefault(setting, "unknown");
            if (!value.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            {
                faults.Add($"{setting} is '{value}' and must be '{wanted}', or {otherwise}");
            }
        }

        var policy = server.GetValueOrDefault("maxmemory-policy", "unknown");
        if (server.GetValueOrDefault("maxmemory") != "0" && policy != "noeviction")
        {
            faults.Add($"maxmemory-policy is '{policy}' and must be 'noeviction', or it would throw records away when its memory is full");
        }

        return faults;
    }
}
