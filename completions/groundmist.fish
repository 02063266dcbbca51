# fish completion for groundmist; made by `groundmist completion fish`
function __groundmist_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l current (string unescape -- "$typed"; or string trim -l -c "\"'" -- "$typed")
    set -l program (string replace -r '^~' $HOME -- $words[1])
    command -q -- $program; or set program groundmist
    set -l before (string replace -r '^~/' "$HOME/" -- $words[2..-1])
    set -l lines (printf '%s\0' $before "$current" 2>/dev/null | command $program complete 2>/dev/null)
    set -l prefix (string match -r -- '^--[^=]+=' "$current")
    set -l path (string replace -r -- '^--[^=]+=' '' "$current")
    set -l quoted (string replace -r -- '^--[^=]+=' '' "$typed")
    switch "$lines[1]"
        case file
            string replace -r '^' -- "$prefix" (__fish_complete_path "$path")
        case directory
            string replace -r '^' -- "$prefix" (__fish_complete_directories "$quoted" '')
        case '*'
            printf '%s\n' $lines[2..-1]
    end
end
complete -c groundmist -f -a '(__groundmist_complete)'
