using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>TLS 1.3 between two nodes with a throw-away certificate on each side.</summary>
/// <param name="Stream">The encrypted stream; owns the inner one.</param>
/// <param name="Boundary">What lies between it and the connection.</param>
/// <param name="OwnFingerprint">SHA-256 of this side's certificate.</param>
/// <param name="PeerFingerprint">SHA-256 of the peer's certificate.</param>
internal sealed record TlsConnection(SslStream Stream, TlsBoundaryStream Boundary, Bytes32 OwnFingerprint, Bytes32 PeerFingerprint)
{
    private static readonly SslApplicationProtocol Protocol = new("tachyon/1");

    // Nothing may be fetched while a stranger's certificate is looked at.
    private static X509ChainPolicy ChainPolicy => new()
    {
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    /// <summary>Sets up TLS as the client, which the consumer is. On failure the stream is disposed.</summary>
    public static Task<TlsConnection> ConnectAsync(Stream inner, TimeProvider time, CancellationToken cancellationToken) =>
        EstablishAsync(inner, time, (stream, certificate) => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "tachyon",
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [Protocol],
                ClientCertificates = [certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate,
                CertificateChainPolicy = ChainPolicy,
                RemoteCertificateValidationCallback = AcceptAny,
                AllowTlsResume = false,
                AllowRenegotiation = false,
            },
            cancellationToken));

    /// <summary>Sets up TLS as the server, which the provider is. On failure the stream is disposed.</summary>
    public static Task<TlsConnection> AcceptAsync(Stream inner, TimeProvider time, CancellationToken cancellationToken) =>
        EstablishAsync(inner, time, (stream, certificate) => stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [Protocol],
                CertificateChainPolicy = ChainPolicy,
                RemoteCertificateValidationCallback = AcceptAny,
                AllowTlsResume = false,
                AllowRenegotiation = false,
            },
            cancellationToken));

    private static async Task<TlsConnection> EstablishAsync(
        Stream inner, TimeProvider time, Func<SslStream, X509Certificate2, Task> authenticate)
    {
        var boundary = new TlsBoundaryStream(inner);
        var stream = new SslStream(boundary, leaveInnerStreamOpen: false);
        var certificate = ThrowAwayCertificate.Create(time.GetUtcNow());
        try
        {
            await authenticate(stream, certificate);
            var peer = stream.RemoteCertificate ?? throw new AuthenticationException("The peer shows no certificate.");
            return new TlsConnection(stream, boundary, ThrowAwayCertificate.Fingerprint(certificate), ThrowAwayCertificate.Fingerprint(peer));
        }
        catch (ArgumentException e)
        {
            // SslStream reads a hello by itself before TLS does, and not all lengths in it are looked at: anybody can send one.
            await stream.DisposeAsync();
            throw new AuthenticationException("The peer's hello is malformed.", e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
        finally
        {
            certificate.Dispose();
        }
    }

    // Who the peer is, its node key says; the certificate only has to be one.
    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null;
}
