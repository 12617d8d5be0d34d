using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Tunnel;

/// <summary>
/// A self-signed certificate for one session. It says nothing about who holds it: the node keys do, by signing its
/// fingerprint (<see cref="Protocol.Sessions.SessionAuth"/>).
/// </summary>
internal static class ThrowAwayCertificate
{
    /// <summary>Makes a certificate with a fresh P-256 key, which lives as long as the object.</summary>
    public static X509Certificate2 Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tachyon", key, HashAlgorithmName.SHA256);

        // Nobody checks the dates; they are wide so that no TLS library minds a clock that is off.
        return request.CreateSelfSigned(now.AddDays(-7), now.AddDays(7));
    }

    /// <summary>SHA-256 of the certificate's DER: what both sides sign.</summary>
    public static Bytes32 Fingerprint(X509Certificate certificate)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(certificate.GetRawCertData(), hash);
        return Bytes32.FromBytes(hash);
    }
}
