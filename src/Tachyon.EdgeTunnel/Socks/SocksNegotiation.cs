using Tachyon.EdgeTunnel.Proxy;
using Tachyon.Protocol.Frames;

namespace Tachyon.EdgeTunnel.Socks;

/// <summary>The talk with one SOCKS 5 client up to its request. Refusals are told to the client.</summary>
internal sealed class SocksNegotiation(ProxyClient client, ProxyCredentials? credentials)
{
    private delegate SocksParse Reader(ReadOnlySpan<byte> bytes, out int readBytes);

    /// <summary>Runs it.</summary>
    /// <returns>What the client asks for, CONNECT or UDP ASSOCIATE; null when it was refused or left.</returns>
    public async Task<SocksRequest?> RunAsync(CancellationToken cancellationToken)
    {
        var methods = SocksMethods.None;
        var parse = await ReadAsync(
            (ReadOnlySpan<byte> bytes, out int readBytes) => SocksMessages.ReadGreeting(bytes, out methods, out readBytes), cancellationToken);
        if (parse != SocksParse.Complete || !await AuthenticateAsync(methods, cancellationToken))
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

        // The address of an association is where the client will send from; most do not know yet and say 0.0.0.0:0.
        if (command == SocksCommand.UdpAssociate && parse is SocksParse.Complete or SocksParse.BadTarget)
        {
            return new SocksRequest(command, default);
        }

        if (parse == SocksParse.Complete && command == SocksCommand.Connect)
        {
            return new SocksRequest(command, target);
        }

        var fault = parse == SocksParse.Complete ? SocksReply.CommandNotSupported : SocksReplies.For(parse);
        await client.SendAsync(SocksReplies.Encode(fault), cancellationToken);
        return null;
    }

    private async Task<bool> AuthenticateAsync(SocksMethods offered, CancellationToken cancellationToken)
    {
        var method = credentials is null ? SocksMethods.Open : SocksMethods.Password;
        if ((offered & method) == 0)
        {
            await client.SendAsync(SocksReplies.NoMethod.ToArray(), cancellationToken);
            return false;
        }

        if (credentials is null)
        {
            await client.SendAsync(SocksReplies.MethodOpen.ToArray(), cancellationToken);
            return true;
        }

        await client.SendAsync(SocksReplies.MethodPassword.ToArray(), cancellationToken);
        var right = false;
        var parse = await ReadAsync(
            (ReadOnlySpan<byte> bytes, out int readBytes) =>
            {
                var result = SocksMessages.ReadPassword(bytes, out var user, out var password, out readBytes);
                right = result == SocksParse.Complete && credentials.Match(user, password);
                return result;
            },
            cancellationToken);
        if (parse == SocksParse.Incomplete)
        {
            return false;
        }

        await client.SendAsync((right ? SocksReplies.PasswordTaken : SocksReplies.PasswordRefused).ToArray(), cancellationToken);
        return right;
    }

    // Incomplete when the client left. What follows a message stays for the next: a client may not wait for replies.
    private async Task<SocksParse> ReadAsync(Reader read, CancellationToken cancellationToken)
    {
        while (true)
        {
            var parse = read(client.Received, out var readBytes);
            if (parse != SocksParse.Incomplete)
            {
                client.Use(readBytes);
                return parse;
            }

            if (!await client.FillAsync(SocksMessages.MaxBytes, cancellationToken))
            {
                return SocksParse.Incomplete;
            }
        }
    }
}

/// <summary>What a SOCKS client asks for.</summary>
/// <param name="Command">CONNECT or UDP ASSOCIATE.</param>
/// <param name="Target">Where CONNECT leads.</param>
internal readonly record struct SocksRequest(SocksCommand Command, TargetAddress Target);
