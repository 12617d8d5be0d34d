using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.Create()
    .AddKeys()
    .AddProvide()
    .AddConnect()
    .AddWatch()
    .AddDrain()
    .AddChannels()
    .AddUsage()
    .AddVerify()
    .AddBlacklist()
    .AddStatus()
    .AddConfig()
    .AddCompletion()
    .RunAsync(args);
