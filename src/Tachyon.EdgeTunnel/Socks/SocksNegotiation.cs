using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Tachyon.EdgeTunnel.Tunnel.Waiting;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>The talk with one client up to its request. Refusals are told to the client.</summary>
internal sealed class SocksNegotiation(Socket socket, SocksCredentials? credentials)
{
    private delegate SocksParse Reader(ReadOnlySpan<byte> bytes, out int readBytes);

    private readonly byte[] _received = new byte[SocksMessages.MaxBytes];
    private int _end;

    /// <summary>Runs it.</summary>
    /// <returns>The target of a CONNECT, or null when the client was refused or left.</returns>
    public async Task<TargetAddress?> RunAsync(CancellationToken cancellationToken)
    {
        var methods = SocksMethods.None;
        var parse = await ReadAsync(
            (ReadOnlySpan<byte> bytes, out int readBytes) => SocksMessages.ReadGreeting(bytes, out methods, out readBytes), cancellationToken);
        if (parse != SocksParse.Complete)
        {
            return null;
        }

        if (!await AuthenticateAsync(methods, cancellationToken))
        {
            return null;
        }

        var command = SocksCommand.None;
        var target = default(TargetAddress);
        parse = await ReadAsync(
            (ReadOnlySpan<byte> bytes, out int readBytes) => SocksMessages.ReadRequest(bytes, out command, out target, out readBytes),
            cancellationToken);
        if (parse == SocksParse.Incomplete)
        {
            return null;
        }

        if (parse != SocksParse.Complete)
        {
            await SendAsync(SocksReplies.Encode(SocksReplies.For(parse)), cancellationToken);
            return null;
        }

        if (command != SocksCommand.Connect)
        {
            await SendAsync(SocksReplies.Encode(SocksReply.CommandNotSupported), cancellationToken);
            return null;
        }

        return target;
    }

    private async Task<bool> AuthenticateAsync(SocksMethods offered, CancellationToken cancellationToken)
    {
        if (credentials is null)
        {
            if ((offered & SocksMethods.Open) == 0)
            {
                await SendAsync(SocksReplies.NoMethod.ToArray(), cancellationToken);
                return false;
            }

            await SendAsync(SocksReplies.MethodOpen.ToArray(), cancellationToken);
            return true;
        }

        if ((offered & SocksMethods.Password) == 0)
        {
            await SendAsync(SocksReplies.NoMethod.ToArray(), cancellationToken);
            return false;
        }

        await SendAsync(SocksReplies.MethodPassword.ToArray(), cancellationToken);
        var right = false;
        var parse = await ReadAsync(
            (ReadOnlySpan<byte> bytes, out int readBytes) =>
            {
                var result = SocksMessages.ReadPassword(bytes, out var user, out var password, out readBytes);
                right = result == SocksParse.Complete && Matches(user, credentials.User) & Matches(password, credentials.Password);
                return result;
            },
            cancellationToken);
        if (parse == SocksParse.Incomplete)
        {
            return false;
        }

        await SendAsync((right ? SocksReplies.PasswordTaken : SocksReplies.PasswordRefused).ToArray(), cancellationToken);
        return right;
    }

    // Hashed first, so that neither length nor content shows in the time it takes.
    private static bool Matches(ReadOnlySpan<byte> given, string expected)
    {
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(given, hashes);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), hashes[SHA256.HashSizeInBytes..]);
        return CryptographicOperations.FixedTimeEquals(hashes[..SHA256.HashSizeInBytes], hashes[SHA256.HashSizeInBytes..]);
    }

    // Incomplete when the client left. What follows a message (a client may not wait for replies) stays for the next;
    // a client sends nothing beyond its request before the last reply.
    private async Task<SocksParse> ReadAsync(Reader read, CancellationToken cancellationToken)
    {
        while (true)
        {
            var parse = read(_received.AsSpan(0, _end), out var readBytes);
            if (parse != SocksParse.Incomplete)
            {
                _received.AsSpan(readBytes, _end - readBytes).CopyTo(_received);
                _end -= readBytes;
                return parse;
            }

            if (_end == _received.Length)
            {
                return SocksParse.Malformed;
            }

            var count = await socket.ReceiveQuietlyAsync(_received.AsMemory(_end), cancellationToken);
            if (count == 0)
            {
                return SocksParse.Incomplete;
            }

            _end += count;
        }
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        socket.SendQuietlyAsync(bytes, cancellationToken);
}
