namespace Tachyon.TunnelBench.Peers;

/// <summary>One way to the file server, with the arguments that lead curl over it.</summary>
/// <param name="Name">How the table calls it.</param>
/// <param name="BaseUrl">What to fetch from, without a slash at the end.</param>
/// <param name="SocksPort">The SOCKS 5 port on loopback to go through; null for none.</param>
/// <param name="Processes">Ids of its processes, for their memory.</param>
internal sealed record Contestant(string Name, string BaseUrl, int? SocksPort, IReadOnlyList<int> Processes)
{
    public const string Direct = "direct";
    public const string Microsocks = "microsocks";
    public const string ShadowsocksChaCha20 = "shadowsocks-chacha20";
    public const string ShadowsocksAes128 = "shadowsocks-aes128";
    public const string Stunnel = "stunnel";
    public const string Tachyon = "tachyon";
    public const string Metered = "tachyon-metered";
    public const string Unmetered = "tachyon-unmetered";

    public IEnumerable<string> CurlArguments => SocksPort is { } port ? ["--socks5-hostname", $"127.0.0.1:{port}"] : [];
}
