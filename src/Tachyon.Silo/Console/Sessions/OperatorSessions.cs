using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Console.Sessions;

/// <summary>
/// Who has shown the operator key to the console, as a cookie that only a silo with that key can make: the end of the session and a
/// number, under a code of which the key is a part. So every silo of a cluster knows a session that another one began, none has to
/// keep any, and a new key ends them all.
/// </summary>
internal sealed class OperatorSessions(OperatorKey key, TimeProvider time)
{
    public const string CookieName = "tachyon-operator";

    /// <summary>A working day; then the key is asked for again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(8);

    private const int EndBytes = 8;
    private const int ContentBytes = EndBytes + 16;
    private const int CodeBytes = 32;

    // A key for each purpose: a code made for the one is worth nothing for the other, whatever it is made over.
    private readonly byte[]? _sessionKey = key.Derive("tachyon console session");
    private readonly byte[]? _formKey = key.Derive("tachyon console form");

    /// <summary>The value of a new session's cookie.</summary>
    /// <exception cref="InvalidOperationException">The silo has no operator key.</exception>
    public string Begin()
    {
        Span<byte> session = stackalloc byte[ContentBytes + CodeBytes];
        BinaryPrimitives.WriteInt64BigEndian(session, (time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(session[EndBytes..ContentBytes]);
        HMACSHA256.HashData(_sessionKey ?? throw new InvalidOperationException("There are no sessions on a silo without an operator key."), session[..ContentBytes], session[ContentBytes..]);
        return Base64Url.EncodeToString(session);
    }

    /// <summary>Whether a request comes with a session that has not ended.</summary>
    public bool Holds(HttpContext http) => Holds(http.Request.Cookies[CookieName]);

    public bool Holds(string? cookie)
    {
        Span<byte> session = stackalloc byte[ContentBytes + CodeBytes];
        Span<byte> code = stackalloc byte[CodeBytes];
        if (_sessionKey is null || cookie is null
            || Base64Url.DecodeFromChars(cookie, session, out _, out var length) != OperationStatus.Done || length != session.Length)
        {
            return false;
        }

        HMACSHA256.HashData(_sessionKey, session[..ContentBytes], code);
        return CryptographicOperations.FixedTimeEquals(code, session[ContentBytes..])
            && BinaryPrimitives.ReadInt64BigEndian(session) > time.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>What every form of a session carries: another site can send a form, but cannot know this.</summary>
    public string FormToken(HttpContext http) =>
        _formKey is null ? "" : Base64Url.EncodeToString(HMACSHA256.HashData(_formKey, Encoding.UTF8.GetBytes($"form of {http.Request.Cookies[CookieName]}")));

    /// <summary>Whether a form was made for the session with which it comes.</summary>
    public bool IsOwn(HttpContext http, string token) =>
        _formKey is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(FormToken(http)), Encoding.UTF8.GetBytes(token));
}
