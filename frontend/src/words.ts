/** Words the islands show. English and Chinese are checked by the compiler to hold the same keys. */

const zh = {
  red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', grey: '正常', green: '已核实',
  now: '刚刚', secondsAgo: '{n} 秒前', minutesAgo: '{n} 分钟前', hoursAgo: '{n} 小时前', daysAgo: '{n} 天前',
  left: '剩 {time}', over: '超 {time}', seconds: '{n} 秒', minutes: '{n} 分', hoursMinutes: '{h} 小时 {m} 分', days: '{d} 天 {h} 小时', dayCount: '{n} 天',
  liveOpen: '实时', liveConnecting: '连接中', liveWaiting: '断线，{n} 秒后重连', liveOffline: '无网络', liveStale: '{age} 无消息',
  soundOn: '声音开', soundMuted: '静音，{time} 后恢复', soundBlocked: '点一下开启声音', keysTitle: '键盘', close: '关闭',
  failed: '没有完成', refused: '现在不能这样做', forbidden: '没有权限', gone: '记录不存在或不在您的辖区', tooOften: '操作太频繁，请稍后再试',
  serverWrong: '服务器出错，内容没有保存，请重试', noAnswer: '连不上服务器，内容没有保存，请检查网络后重试', retry: '重试', notLocated: '未能定位，请允许定位或手填经纬度',
  layers: '图层', legend: '图例', cluster: '聚合', drawCircle: '画圆', drawArea: '画区域', clear: '清除', insideNothing: '范围内没有记录',
  inside: '范围内', insideLoading: '正在查找范围内的记录……', exportList: '导出', drawCircleHint: '点圆心，再点圆边；Esc 取消', drawAreaHint: '逐点点击，双击结束；Esc 取消',
  timeNow: '此刻', backToNow: '回到此刻', past: '回看', layerFailed: '未能载入', loading: '正在载入……', sheetFailed: '记录没有载入',
  area: '面积', radius: '半径', curveFailed: '曲线没有载入：{why}', curveEmpty: '这段时间没有读数', threshold: '{word} {value}', forecast: '预报', clearAt: '解除 {value}',
  unansweredAbove: '上方还有 {n} 条未接警', unfold: '展开 {n} 条', fold: '收起',
  entryRead: '{time} · {kind}', kindTask: '任务', kindArrive: '到场', kindCall: '叫应', kindReport: '报告', kindPeople: '人员', kindNote: '记事',
  signHere: '请在此签名', erase: '重签', map: '地图', zoomIn: '放大', zoomOut: '缩小', simulated: '模拟', beijing: '北京时间', copied: '已复制', notCopied: '没能复制，请抄下来或拍照',
  fieldMine: '我的检查', fieldMap: '地图', fieldMe: '我的位置', fieldRechecks: '待复查隐患', fieldTasks: '任务', fieldStart: '开始检查', fieldNothing: '今天没有安排给您的检查', fieldFind: '找场所：名称、地址或编号',
  fieldNear: '离我最近', fieldFound: '找到的场所', fieldAway: '{m} 米', fieldAwayKm: '{km} 公里', fieldKind: '检查方式', fieldList: '检查清单', fieldSecond: '另一名执法人员',
  fieldBegin: '到达现场，开始', fieldPass: '符合', fieldFail: '不符合', fieldOut: '不涉及', fieldNote: '说明哪里不符合', fieldPhoto: '拍照', fieldPhotos: '{n} 张照片',
  fieldMore: '再加一处{name}', fieldRound: '{name} {n}', fieldOwed: '还有 {n} 项未答', fieldSubmit: '提交', fieldSubmitted: '已提交，请被检查方签字', fieldRemarks: '备注',
  fieldSigner: '签字人姓名', fieldRefuses: '拒绝签字', fieldWitness: '见证人', fieldSign: '签字完成', fieldSigned: '已签字', fieldBasis: '依据', fieldPenalty: '罚则',
  fieldQueue: '待传记录', fieldHere: '存在本机', fieldSending: '正在上传', fieldThere: '已上传', fieldConflict: '有冲突，由单位裁定', fieldRefused: '未接受',
  fieldAllThere: '全部已上传', fieldUnsent: '{n} 项未上传', fieldOffline: '无网络，全部存在本机', fieldLocked: '登录已过期，内容都在本机；重新登录后上传', fieldLogIn: '重新登录',
  fieldFull: '手机存储空间不足，这一项没有存下；请先上传或删除其他文件', fieldBroken: '这一项没有存下，请重试', fieldOthers: '本机还有其他人的 {n} 项未上传，须由其本人登录上传', fieldTidy: '清除已上传的',
  fieldUsed: '已用 {mb} MB，可用 {free} MB', fieldTakenAt: '数据更新于 {time}', fieldNoPackage: '还没有下载过数据，请联网后打开一次', fieldPassed: '整改合格',
  fieldNotPassed: '仍未整改', fieldWhatMissing: '还缺什么', fieldNewDate: '新的期限', fieldDone: '整改情况', fieldDue: '期限 {date}', fieldOther: '另一个窗口正在使用，请先关闭它',
  fieldBack: '返回', fieldDesktop: '完整版', fieldDoneList: '已完成', fieldPlanned: '计划 {date}', fieldNotHere: '这条检查不在本机', fieldUnsigned: '待签字',
  fieldStarted: '检查中', fieldOldList: '旧版清单', fieldNoPlace: '没有定位', fieldBetween: '应为 {least} 至 {most} {unit}', opStart: '开始检查', opAnswer: '检查结果',
  opSubmit: '提交检查', opSign: '签字', opRecheck: '复查', opPicture: '照片',
} as const

export type Word = keyof typeof zh

const en: Record<Word, string> = {
  red: 'Red', orange: 'Orange', yellow: 'Yellow', blue: 'Blue', grey: 'Normal', green: 'Verified',
  now: 'just now', secondsAgo: '{n} s ago', minutesAgo: '{n} min ago', hoursAgo: '{n} h ago', daysAgo: '{n} d ago',
  left: '{time} left', over: '{time} over', seconds: '{n} s', minutes: '{n} min', hoursMinutes: '{h} h {m} min', days: '{d} d {h} h', dayCount: '{n} d',
  liveOpen: 'Live', liveConnecting: 'Connecting', liveWaiting: 'Lost, again in {n} s', liveOffline: 'No network', liveStale: 'silent for {age}',
  soundOn: 'Sound on', soundMuted: 'Muted, back in {time}', soundBlocked: 'Click to allow sound', keysTitle: 'Keyboard', close: 'Close',
  failed: 'Not done', refused: 'Not possible now', forbidden: 'Not permitted', gone: 'No such record in your area', tooOften: 'Too many requests, try again shortly',
  serverWrong: 'The server failed and nothing was saved; please retry', noAnswer: 'The server cannot be reached and nothing was saved; check the network and retry', retry: 'Retry', notLocated: 'Your position is not known; allow it, or type longitude and latitude',
  layers: 'Layers', legend: 'Legend', cluster: 'cluster', drawCircle: 'Circle', drawArea: 'Area', clear: 'Clear', insideNothing: 'Nothing inside',
  inside: 'Inside', insideLoading: 'Finding what is inside…', exportList: 'Export', drawCircleHint: 'Click the centre, then the rim; Esc cancels', drawAreaHint: 'Click point by point, double-click ends; Esc cancels',
  timeNow: 'Now', backToNow: 'Back to now', past: 'Replay', layerFailed: 'not loaded', loading: 'Loading…', sheetFailed: 'The record was not loaded',
  area: 'Area', radius: 'Radius', curveFailed: 'Curve not loaded: {why}', curveEmpty: 'No readings in this period', threshold: '{word} {value}', forecast: 'Forecast', clearAt: 'clear {value}',
  unansweredAbove: '{n} unanswered above', unfold: 'Unfold {n}', fold: 'Fold',
  entryRead: '{time} · {kind}', kindTask: 'task', kindArrive: 'arrival', kindCall: 'call', kindReport: 'report', kindPeople: 'people', kindNote: 'note',
  signHere: 'Sign here', erase: 'Sign again', map: 'Map', zoomIn: 'Zoom in', zoomOut: 'Zoom out', simulated: 'Simulated', beijing: 'Beijing time', copied: 'Copied', notCopied: 'Not copied; write it down or take a picture',
  fieldMine: 'My visits', fieldMap: 'Map', fieldMe: 'me', fieldRechecks: 'To look at again', fieldTasks: 'Tasks', fieldStart: 'Start a visit',
  fieldNothing: 'No visit is planned for you today', fieldFind: 'Find a site: name, address or number', fieldNear: 'Nearest to me',
  fieldFound: 'Sites found', fieldAway: '{m} m', fieldAwayKm: '{km} km', fieldKind: 'Kind of visit', fieldList: 'Checklist',
  fieldSecond: 'Second officer', fieldBegin: 'Arrived, start', fieldPass: 'In order', fieldFail: 'Not in order', fieldOut: 'Out of scope',
  fieldNote: 'Say what is not in order', fieldPhoto: 'Photo', fieldPhotos: '{n} photos', fieldMore: 'One more: {name}', fieldRound: '{name} {n}',
  fieldOwed: '{n} still unanswered', fieldSubmit: 'Hand in', fieldSubmitted: 'Handed in; now the visited side signs', fieldRemarks: 'Remarks',
  fieldSigner: 'Name of who signs', fieldRefuses: 'Refuses to sign', fieldWitness: 'Witness', fieldSign: 'Signed', fieldSigned: 'Signed',
  fieldBasis: 'Basis', fieldPenalty: 'Penalty', fieldQueue: 'Waiting to be sent', fieldHere: 'kept here', fieldSending: 'sending',
  fieldThere: 'kept there', fieldConflict: 'in conflict, the unit settles it', fieldRefused: 'refused', fieldAllThere: 'All is kept there',
  fieldUnsent: '{n} not sent yet', fieldOffline: 'No network, all is kept here',
  fieldLocked: 'Your log-in has ended; all is kept here and is sent when you log in again', fieldLogIn: 'Log in again',
  fieldFull: 'This telephone is full: this was not kept. Send what waits, or delete other files', fieldBroken: 'This was not kept, try again',
  fieldOthers: '{n} things of other people wait on this telephone; they are sent when those log in', fieldTidy: 'Clear what is kept there',
  fieldUsed: '{mb} MB used, {free} MB free', fieldTakenAt: 'as of {time}',
  fieldNoPackage: 'Nothing has been taken along yet: open this once with network', fieldPassed: 'Put right', fieldNotPassed: 'Not put right',
  fieldWhatMissing: 'What is missing', fieldNewDate: 'New date', fieldDone: 'What was done', fieldDue: 'due {date}',
  fieldOther: 'Another window is using this; close it first', fieldBack: 'Back', fieldDesktop: 'Full version', fieldDoneList: 'Done',
  fieldPlanned: 'planned for {date}', fieldNotHere: 'This visit is not on this telephone', fieldUnsigned: 'to be signed', fieldStarted: 'on site',
  fieldOldList: 'old version', fieldNoPlace: 'no position', fieldBetween: 'should be {least} to {most} {unit}', opStart: 'Start of a visit',
  opAnswer: 'Answers', opSubmit: 'Handing in', opSign: 'Signature', opRecheck: 'Recheck', opPicture: 'Photo',
}

const books: Record<'zh' | 'en', Record<Word, string>> = { zh, en }

export function language(): 'zh' | 'en' {
  const tag = typeof document === 'undefined' ? 'zh' : document.documentElement.lang
  return tag.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

/** The word in the reader's language, `{name}` filled in from values. */
export function say(word: Word, values: Record<string, string | number> = {}, tongue = language()): string {
  return books[tongue][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
